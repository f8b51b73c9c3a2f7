import { expect, test } from '@playwright/test';
import { open } from './support.ts';

test('given two imported runs, when both are deleted, then each can be brought back', async ({ page }) => {
  await open(page);
  const saved = page.getByRole('table', { name: 'Saved runs' });
  const deleteButtons = saved.getByRole('button', { name: /^Delete / });
  for (const [i, file] of ['default.json', 'demo-parts-off.json'].entries()) {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Import JSON' }).click();
    await (await chooser).setFiles(`public/recorded/${file}`);
    await expect(deleteButtons).toHaveCount(i + 1);
  }
  const names = await deleteButtons.evaluateAll((buttons) =>
    buttons.map((b) => b.getAttribute('aria-label')),
  );
  await deleteButtons.first().click();
  await expect(deleteButtons).toHaveCount(1);
  await deleteButtons.first().click();
  await expect(deleteButtons).toHaveCount(0);
  const undo = page.getByRole('button', { name: 'Undo', exact: true });
  await expect(undo).toHaveCount(2);
  await undo.first().click();
  await expect(undo).toHaveCount(1);
  await undo.first().click();
  await expect(undo).toHaveCount(0);
  await expect(deleteButtons).toHaveCount(2);
  const back = await deleteButtons.evaluateAll((buttons) => buttons.map((b) => b.getAttribute('aria-label')));
  expect(new Set(back)).toEqual(new Set(names));
});
