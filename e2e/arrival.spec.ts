import { expect, test } from '@playwright/test';
import { experiment, open } from './support.ts';

test('given a WASM binary that never arrives, when WASM is chosen, then the page says so and uses the next backend', async ({
  page,
}) => {
  await page.route(/\.wasm$/, () => {});
  await open(page);
  await experiment(page).getByLabel('Backend').selectOption('wasm');
  await expect(
    page.getByText(/wasm backend was passed over: .* sent nothing for 15 s/).first(),
  ).toBeVisible();
  await expect(experiment(page).getByText(/self-test passed/)).toBeVisible({ timeout: 120_000 });
  await expect(experiment(page).getByText(/JavaScript on one CPU thread/)).toBeVisible();
});

test('given an engine whose code never arrives, when it is needed, then the page says what works without it, and Retry starts it once the server answers', async ({
  page,
}) => {
  const code = /assets\/worker-.*\.js/;
  await page.route(code, () => {});
  await open(page);
  await experiment(page).getByLabel('Backend').selectOption('wasm');
  const notice = page.getByTestId('code-notice');
  await expect(notice).toContainText('Recorded runs, saved runs, shared links');
  await page.unroute(code);
  await notice.getByRole('button', { name: 'Retry' }).click();
  await expect(experiment(page).getByText(/self-test passed/)).toBeVisible({ timeout: 120_000 });
  await expect(notice).toBeHidden();
});
