/** The sections Attack and Stress test work on the recorded models before anything is trained. */
import { expect, test } from '@playwright/test';
import { FIRST_VISIT } from './folds.ts';

test.use({ storageState: FIRST_VISIT });

test('given a first visit, when the recorded models are used, then four are attacked in Attack and can be tested in Stress test', async ({
  page,
}) => {
  await page.goto('/');
  const see = page.locator('#see');
  await see.getByRole('button', { name: 'Use recorded models' }).click();
  for (const label of ['Standard', 'AT', 'TRADES', 'ARAT'])
    await expect(see.getByText(`${label} (recorded)`, { exact: true }).first()).toBeVisible({
      timeout: 60_000,
    });
  await expect(see.getByRole('combobox', { name: 'Attack', exact: true })).toBeEnabled();
  const judge = page.locator('#judge');
  await expect(judge.getByRole('button', { name: 'Judge the models' })).toBeEnabled();
  await expect(page.getByRole('button', { name: 'Use recorded models' })).toHaveCount(0);
});
