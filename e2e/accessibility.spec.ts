import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, open, state } from './support.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`given the ${colorScheme} page with everything unfolded, when axe looks at 1440 and 390 px, then it finds no violation`, async ({
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
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      await expectAccessible(page);
    }
    await context.close();
  });
}

/** Controls that are less wide or high, in CSS pixels. A label belongs to its control. */
const smallControls = (page: Page, least: { width: number; height: number }, controls: string) =>
  page.locator(controls).evaluateAll((all, least) => {
    const inSentence = (e: Element) =>
      e.tagName === 'A' &&
      [...e.parentElement!.childNodes].some(
        (n) => n.nodeType === Node.TEXT_NODE && /\w/.test(n.textContent!),
      );
    return all.flatMap((e) => {
      const labels = (e as HTMLInputElement).labels ?? [];
      const boxes = [e, ...labels].map((part) => part.getBoundingClientRect());
      const width = Math.max(...boxes.map((box) => box.width));
      const height = Math.max(...boxes.map((box) => box.height));
      const hidden = width <= 1 || height <= 1 || !e.checkVisibility({ visibilityProperty: true });
      if (hidden || inSentence(e) || (width >= least.width && height >= least.height)) return [];
      return [
        `${e.outerHTML.slice(0, 120)} “${e.textContent.slice(0, 40)}” ${width.toFixed()} x ${height.toFixed()}`,
      ];
    });
  }, least);

test('given a 390 px window with everything unfolded, when the controls are measured, then each is at least 24 px wide and high, and 44 px high for a finger', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  for (const name of ['AT', 'ARAT'])
    await page.getByRole('button', { name: `Switches of ${name}`, exact: true }).click();
  await page.getByRole('button', { name: 'Your own loss' }).click();
  await expect(page.getByText('Vocabulary of the formulas')).toBeVisible();
  await expect(page.locator('#keep').getByRole('heading', { name: 'Share' })).toBeVisible();
  const controls =
    'a[href], button, input, select, textarea:not([aria-hidden]), summary, svg [role=switch], [role=slider]';
  expect(await page.locator(controls).count()).toBeGreaterThan(100);
  expect(await smallControls(page, { width: 24, height: 24 }, controls)).toEqual([]);
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 1 });
  await expect.poll(() => page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(true);
  const main =
    'nav a, .train-actions button, .race-controls button, .chip, .fold > summary, #keep button:not([data-size^=compact]), select';
  expect(await smallControls(page, { width: 24, height: 44 }, main)).toEqual([]);
});

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
