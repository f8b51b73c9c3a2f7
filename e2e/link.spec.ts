import { expect, test } from '@playwright/test';
import { keepOnly, open, setTiny, state, train } from './support.ts';

const SMALL = { backend: 'wasm', train: 256, test: 32, width: 4, epochs: 60, batch: 16, steps: 2 } as const;

test('given a shared link that a chat program has changed, when the skip link, Back or another fragment is followed, then the banner stays; during a race, a link waits', async ({
  page,
}) => {
  await open(page);
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.locator('input[value*="#s="]').first().inputValue();
  const banner = page.getByText('A shared result, read-only');

  await page.goto('about:blank');
  await open(page, `${link.replace('=', '%3D')}.`);
  await expect(banner).toBeVisible();
  const skip = page.getByRole('link', { name: 'Skip to the results' });
  await skip.focus();
  await skip.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
  await expect(banner).toBeVisible();
  await page.evaluate(() => (window.location.hash = '#judge'));
  await page.goBack();
  await expect(banner).toBeVisible();
  await expect(page.getByTestId('result-table')).toBeVisible();

  await page.getByRole('button', { name: 'Close the shared result' }).click();
  await expect(banner).toBeHidden();
  await keepOnly(page, ['AT']);
  await setTiny(page, SMALL);
  await train(page);
  await expect(state(page)).toHaveText('Training', { timeout: 60_000 });
  await page.evaluate((hash) => (window.location.hash = hash), link.slice(link.indexOf('#')));
  await expect(page.getByText('A shared result is waiting')).toBeVisible();
  await expect(banner).toBeHidden();
  await page.getByRole('button', { name: 'Open the shared result' }).click();
  await expect(banner).toBeVisible();
  await expect(state(page)).toHaveText('Training');
  await page.getByRole('button', { name: 'Back to your race' }).first().click();
  await expect(banner).toBeHidden();
  await expect(state(page)).toHaveText('Training');
});
