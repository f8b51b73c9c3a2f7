/** How much stands on the page before anything is opened, and that nothing in it jumps. */
import { expect, test, type Page } from '@playwright/test';
import { FIRST_VISIT } from './folds.ts';
import { state } from './support.ts';

test.use({ storageState: FIRST_VISIT });

/** Opens the page and waits until everything that loads without a click is drawn. */
async function arrive(page: Page): Promise<void> {
  await page.goto('/');
  await expect(page.locator('#keep').getByRole('rowgroup', { name: 'Recorded runs' })).toBeVisible();
  await expect(page.locator('#why').getByText('Gradient cosine', { exact: true })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Trade-off plane\. AT/ })).toBeVisible();
}

/** Words, between spaces: neither numbers nor symbols of one letter such as x and λ. */
const countWords = (text: string): number =>
  text.split(/\s+/).filter((word) => /\p{L}{2}/u.test(word) || /^[aA]$/.test(word)).length;

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
      const { top, bottom, right, width } = range.getBoundingClientRect();
      if (width > 1 && right > 0 && bottom > 0 && top < innerHeight) texts.push(textContent ?? '');
    }
    return texts.join(' ');
  });

test('given a first visit, and twelve recorded runs, when the page has loaded, then at most 90 words are in the window and 400 on the page; folds hold the rest', async ({
  page,
}) => {
  // More than the page has now: the list must not grow with them.
  await page.route('**/recorded/index.json', async (route) => {
    const list = (await (await route.fetch()).json()) as { file: string; title: string; words: string }[];
    const more = Array.from({ length: 12 - list.length }, (_, i) => ({
      file: `more-${i}.json`,
      title: `Another race of one method, with ${i + 2} seeds`,
      words: 'What it shows.',
    }));
    await route.fulfill({ json: [...list, ...more] });
  });
  await arrive(page);
  const keep = page.locator('#keep').getByRole('rowgroup', { name: 'Recorded runs' });
  await expect(keep.getByRole('button', { name: /^Open / })).toHaveCount(4);
  await expect(keep.getByRole('button', { name: /^Open / }).first()).toHaveAttribute('aria-pressed', 'true');
  const first = await firstScreen(page);
  expect(countWords(first), first).toBeLessThanOrEqual(90);
  const all = await page.evaluate(() => document.body.innerText);
  expect(countWords(all), all).toBeLessThanOrEqual(400);
  expect(countWords(all)).toBeGreaterThan(100);
  await keep.getByRole('button', { name: 'Show all 12 recorded runs' }).click();
  await expect(keep.getByRole('button', { name: /^Open / })).toHaveCount(12);
  await expect(keep.getByRole('button', { name: 'Show fewer recorded runs' })).toBeFocused();
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
    for (const name of ['Pause', 'Stop'])
      await expect(page.getByRole('button', { name, exact: true })).toBeInViewport({ ratio: 1 });
    expect(await shifts(page)).toBeLessThan(0.05);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(state(page)).toHaveText('Stopped', { timeout: 120_000 });
  });

for (const [width, deviceScaleFactor] of [
  [1440, 1],
  [720, 2],
] as const)
  test(`given ${width} CSS pixels at scale ${deviceScaleFactor}, when each link of the bar is followed, then its heading is not covered, the link is marked, and nothing is wider than the window`, async ({
    browser,
  }) => {
    const viewport = { width, height: deviceScaleFactor === 2 ? 450 : 900 };
    const context = await browser.newContext({ viewport, deviceScaleFactor, storageState: FIRST_VISIT });
    const page = await context.newPage();
    await arrive(page);
    const nav = page.getByRole('navigation', { name: 'Sections' });
    for (const [link, id] of [
      ['Why', 'why'],
      ['Runs', 'keep'],
      ['Race', 'race'],
    ] as const) {
      await nav.getByRole('link', { name: link }).click();
      await expect(nav.locator('[aria-current]')).toHaveText([link]);
      const heading = page.locator(`#${id}-title`);
      await expect(heading).toBeInViewport({ ratio: 1 });
      const covered = await heading.evaluate((h) => {
        const { left, top } = h.getBoundingClientRect();
        return !h.contains(document.elementFromPoint(left + 4, top + 4));
      });
      expect(covered).toBe(false);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await context.close();
  });

test('given only a keyboard, when a visitor tabs through the first screen, then a part is switched, an image attacked and the settings opened', async ({
  page,
}) => {
  await arrive(page);
  const tabTo = async (goal: ReturnType<Page['locator']>) => {
    const focused = () => goal.evaluate((e) => e === document.activeElement);
    for (let i = 0; i < 60 && !(await focused()); i++) await page.keyboard.press('Tab');
    await expect(goal).toBeFocused();
  };
  const part = page.getByRole('group', { name: 'How ARAT trains' }).getByRole('switch').first();
  await tabTo(part);
  const before = await part.getAttribute('aria-checked');
  await page.keyboard.press(' ');
  await expect(part).not.toHaveAttribute('aria-checked', before!);
  await tabTo(page.getByRole('group', { name: 'Test images' }).getByRole('button').first());
  await page.keyboard.press('Enter');
  await expect(page.locator('.attack-say')).toContainText(/models are wrong/, { timeout: 120_000 });
  await tabTo(page.locator('.train-actions').getByRole('button', { name: 'Settings' }));
  await page.keyboard.press('Enter');
  await expect(page.locator('#experiment')).toBeFocused();
  await expect(page.getByRole('radiogroup', { name: 'Preset' })).toBeVisible();
});

test('given forced colours, when a part is switched off, then its outline is dashed and the current section underlined, so that no state is told by colour alone', async ({
  browser,
}) => {
  const context = await browser.newContext({ forcedColors: 'active', storageState: FIRST_VISIT });
  const page = await context.newPage();
  await arrive(page);
  const part = page
    .getByRole('group', { name: 'How ARAT trains' })
    .getByRole('switch', { checked: true })
    .first();
  const name = (await part.getAttribute('aria-label'))!;
  await part.press(' ');
  const off = page.getByRole('switch', { name, checked: false, exact: true }).first();
  await expect(off).toBeVisible();
  const dashes = await off
    .locator('rect, path')
    .evaluateAll((all) =>
      all.map((e) => getComputedStyle(e).strokeDasharray).filter((dash) => dash !== 'none'),
    );
  expect(dashes.length).toBeGreaterThan(0);
  await expect(page.locator('.top-bar [aria-current]')).toHaveCSS('text-decoration-line', 'underline');
  await context.close();
});
