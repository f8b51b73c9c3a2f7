/** Every recorded combination of ARAT's parts as one run, with the effects of the parts. */
import { expect, test } from '@playwright/test';
import { open } from './support.ts';

test('given a recorded run without every combination, when the recorded combinations are opened in Why, then the effects of the parts are there with their intervals', async ({
  page,
}) => {
  await open(page);
  const button = page.getByRole('button', { name: 'Open every combination' });
  await button.click();
  const effects = page.getByTestId('factorial');
  await expect(effects.getByRole('row', { name: /^predictor/ }).first()).toContainText(/−\d\.\d \(−\d/);
  await expect(effects.getByRole('row', { name: /^split BN × predictor/ }).first()).toBeVisible();
  await expect(effects).toContainText('The invariance term, present or absent');
  await expect(button).toHaveCount(0);
  const banner = page.getByRole('alert').filter({ hasText: 'Recorded run' });
  await expect(banner).toContainText('Every combination of ARAT’s parts');
  await expect(page.getByTestId('result-table').getByRole('row')).toHaveCount(21);
});
