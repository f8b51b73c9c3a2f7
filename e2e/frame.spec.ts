/** How much stands on the page before anything is opened, and that nothing in it jumps. */
import { expect, test, type Page } from '@playwright/test';
import { FIRST_VISIT } from './folds.ts';
import { state } from './support.ts';

test.use({ storageState: FIRST_VISIT });

/** Opens the page and waits until the last part that comes by itself is drawn. */
async function arrive(page: Page): Promise<void> {
  await page.goto('/');
  await expect(page.locator('#keep').getByRole('rowgroup', { name: 'Recorded runs' })).toBeVisible();
  await expect(page.locator('#why').getByText('Gradient cosine', { exact: true })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Trade-off plane\. AT/ })).toBeVisible();
}

/** Words: what contains a letter, between spaces. Numbers of axes are none. */
const countWords = (text: string): number => (text.match(/\S*\p{L}\S*/gu) ?? []).length;

/** The text of every line within the window, by the place of its letters. */
const firstScreen = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (!parentElement?.checkVisibility({ visibilityProperty: true })) continue;
      if (parentElement.closest('style, script, .visually-hidden, .mantine-VisuallyHidden-root')) continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      const { top, bottom, width } = range.getBoundingClientRect();
      if (width > 1 && bottom > 0 && top < innerHeight) texts.push(textContent ?? '');
    }
    return texts.join(' ');
  });

test('given a first visit, when the page has loaded, then at most 90 words are in the window and 400 on the page, and all else is behind a title', async ({
  page,
}) => {
  await arrive(page);
  const first = await firstScreen(page);
  expect(countWords(first), first).toBeLessThanOrEqual(90);
  const all = await page.evaluate(() => document.body.innerText);
  expect(countWords(all), all).toBeLessThanOrEqual(400);
  expect(countWords(all)).toBeGreaterThan(100);
});

test('given folded settings, when “Settings” is pressed and the page is reloaded, then they are open, and a key closes them', async ({
  page,
}) => {
  await arrive(page);
  const preset = page.locator('#experiment').getByRole('radiogroup', { name: 'Preset' });
  await expect(preset).toBeHidden();
  await page.locator('.train-actions').getByRole('button', { name: 'Settings' }).click();
  await expect(preset).toBeVisible();
  await expect(page.locator('#experiment')).toBeFocused();
  await page.reload();
  await expect(preset).toBeVisible();
  await page.locator('#experiment > details > summary').press('Enter');
  await expect(preset).toBeHidden();
});

/** Adds up the layout shifts from now on that no click or key caused. */
const watchShifts = (page: Page) =>
  page.addInitScript(() => {
    const all = Object.assign(window, { shifts: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        readonly value: number;
        readonly hadRecentInput: boolean;
      })[])
        if (!entry.hadRecentInput) all.shifts += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
const shifts = (page: Page) => page.evaluate(() => (window as unknown as { shifts: number }).shifts);

for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const)
  test(`given a window ${width} px wide, when the page loads and Train is pressed, then its layout shifts by less than 0.05`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height });
    await watchShifts(page);
    await arrive(page);
    expect(await shifts(page)).toBeLessThan(0.05);
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await expect(state(page)).toHaveText('Training', { timeout: 120_000 });
    expect(await shifts(page)).toBeLessThan(0.05);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(state(page)).toHaveText('Stopped', { timeout: 120_000 });
  });
