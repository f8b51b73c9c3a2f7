import { expect, test } from '@playwright/test';
import { expectAccessible, open, state } from './support.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`given the ${colorScheme} page with everything unfolded, when axe looks, then it finds no violation`, async ({
    browser,
  }) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    await open(page);
    await page.getByRole('button', { name: 'Switches of ARAT', exact: true }).click();
    await expect(page.locator('#keep').getByRole('heading', { name: 'Share' })).toBeVisible();
    // Tooltips are outside the landmarks by design.
    await page.mouse.move(0, 0);
    await expect(page.getByRole('tooltip')).toHaveCount(0);
    await expectAccessible(page);
    await context.close();
  });
}

test('given only a keyboard, when a visitor tabs to Train and presses Enter, then training starts and can be stopped', async ({
  page,
}) => {
  await page.goto('/');
  const train = page.getByRole('button', { name: 'Train', exact: true });
  await expect(train).toBeVisible();
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
  for (let i = 0; i < 60 && (await focused()) !== 'Train'; i++) await page.keyboard.press('Tab');
  expect(await focused()).toBe('Train');
  await page.keyboard.press('Enter');
  await expect(state(page)).toHaveText(/Preparing|Training/, { timeout: 60_000 });
  const stop = page.getByRole('button', { name: 'Stop', exact: true });
  await expect(stop).toBeVisible();
  await stop.focus();
  await page.keyboard.press('Enter');
  await expect(state(page)).toHaveText('Stopped', { timeout: 120_000 });
});

test('given a 390 px phone, when the page opens, then nothing is wider than the screen', async ({
  browser,
}) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await open(page);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await context.close();
});
