import { expect, test } from '@playwright/test';
import { expectAccessible, results, setNumber, state, trainTiny } from './support.ts';

const SMALL = { backend: 'wasm', train: 64, test: 32, width: 4, epochs: 1, batch: 16, steps: 1 } as const;

test('given a trained race, when a recorded run is opened, then Attack and Stress test offer the way back to the race, whose models still work; Reset asks first', async ({
  page,
}) => {
  await trainTiny(page, ['AT'], SMALL);
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
  const gallery = page.getByRole('rowgroup', { name: 'Recorded runs' });
  for (const section of ['#see', '#judge', '#keep', 'main']) {
    await gallery
      .getByRole('button', { name: /^Open / })
      .last()
      .click();
    await expect(page.locator('#judge').getByText('Another run is shown')).toBeVisible();
    await page.locator(section).getByRole('button', { name: 'Back to your race' }).first().click();
    await expect(page.getByRole('button', { name: 'Back to your race' })).toHaveCount(0);
  }
  await expect(
    page
      .locator('#see')
      .getByText(/measured/)
      .first(),
  ).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Judge the models' })).toBeEnabled();

  const reset = page.getByRole('button', { name: 'Reset', exact: true });
  await reset.click();
  const dialog = page.getByRole('dialog', { name: 'Reset the playground?' });
  await expect(dialog).toContainText('dropped');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, '[role=dialog]');
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(reset).toBeFocused();
  await expect(state(page)).toHaveText('Complete');
  await reset.click();
  await dialog.getByRole('button', { name: 'Reset', exact: true }).click();
  await expect(state(page)).toHaveCount(0);
});

test('given a trained race, when another is trained and undone, also by “Train this”, then the first race is back with its models and settings', async ({
  page,
}) => {
  await trainTiny(page, ['AT'], SMALL);
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
  const labels = async () => [...(await results(page)).keys()];
  const figures = await results(page);
  // The next races take long enough to be undone while they train.
  await setNumber(page, 'Epochs', 40);
  const undo = page.getByRole('alert').filter({ hasText: 'replaces' }).getByRole('button', { name: 'Undo' });
  for (const [button, also] of [
    ['Train', 'This race replaces the race before it with its models.'],
    ['Train this', 'This race replaces the race before it with its models and the settings before it.'],
  ] as const) {
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect(page.getByText(also, { exact: true })).toBeVisible();
    // The pointer on the message keeps it.
    await undo.hover();
    await expect(state(page)).toHaveText('Training', { timeout: 120_000 });
    if (button === 'Train this') await expect.poll(labels).toContain('ARAT');
    await undo.click();
    await expect(state(page)).toHaveText('Complete');
    await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(1);
    await expect.poll(() => results(page)).toEqual(figures);
  }
  const see = page.locator('#see');
  await see.getByRole('button', { name: 'Next image' }).click();
  await expect(see.getByText(/measured/).first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Judge the models' })).toBeEnabled();
});

test('given a stress test, when the page is left, then the browser asks first, but not after the test has ended', async ({
  page,
}) => {
  await trainTiny(page, ['AT'], SMALL);
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
  const asks = () =>
    page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })));
  expect(await asks()).toBe(false);
  await page.getByLabel('Attacks').selectOption('AutoAttack (standard)');
  await page.getByRole('button', { name: 'Judge the models' }).click();
  await expect.poll(asks).toBe(true);
  await page.getByRole('button', { name: 'Stop the report' }).click();
  await expect.poll(asks, { timeout: 60_000 }).toBe(false);
});
