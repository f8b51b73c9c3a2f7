/** The first screen. Its figures and models are recorded: where the build has none, the page says so. */
import { existsSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { COMBINATIONS, PART_NAMES } from '../src/core/experiments/parts.ts';
import { PART_WORDS } from '../src/ui/idea/words.ts';
import { expectAccessible, open, results, setTiny, state } from './support.ts';

const RECORDED = existsSync('dist/recorded/factorial/index.json');
const drawing = (page: Page) => page.getByRole('group', { name: 'How ARAT trains' });
const part = (page: Page, name: (typeof PART_NAMES)[number]) =>
  drawing(page).getByRole('switch', { name: PART_WORDS[name].label });

test('given the first screen, when every combination of parts is switched by keyboard, then each shows its own figures', async ({
  page,
}) => {
  test.skip(!RECORDED, 'The combinations are not recorded in this build.');
  await page.goto('/');
  const plane = page.getByRole('img', { name: /^Trade-off plane/ });
  await expect(plane).toBeVisible();
  const seen = new Set<string>();
  for (const parts of COMBINATIONS) {
    // The term first: without it, two other parts cannot be switched.
    if ((await part(page, 'term').getAttribute('aria-checked')) === 'false')
      await part(page, 'term').press('Enter');
    for (const name of PART_NAMES.filter((n) => parts.term || n !== 'term')) {
      const wanted = String(parts[name]);
      if ((await part(page, name).getAttribute('aria-checked')) !== wanted) await part(page, name).press(' ');
      await expect(part(page, name)).toHaveAttribute('aria-checked', wanted);
    }
    if (!parts.term) await part(page, 'term').press(' ');
    const table = page.locator('.idea-readout');
    await expect(table.getByRole('row')).toHaveCount(4);
    seen.add(`${await table.getAttribute('aria-label')} ${await table.innerText()}`);
  }
  expect(seen.size).toBe(COMBINATIONS.length);
});

test('given nothing trained, when an image is chosen, then every recorded model answers; when eps is moved, then again', async ({
  page,
}) => {
  test.skip(!RECORDED, 'The models are not recorded in this build.');
  await page.goto('/');
  await page.getByRole('group', { name: 'Test images' }).getByRole('button').nth(4).click();
  const models = page.getByRole('list', { name: 'What each model says' }).getByRole('listitem');
  await expect(models).toHaveCount(4);
  await expect(page.getByText(/of 4 models are wrong/)).toBeVisible({ timeout: 60_000 });
  for (const model of await models.all())
    await expect(model).toContainText(/[✓✗] (airplane|automobile|frog|horse)/);
  await page.getByRole('slider', { name: /^ε/ }).press('Home');
  await expect(page.getByText('ε 0/255')).toBeVisible();
  await part(page, 'splitBn').click();
  await expect(models).toHaveCount(5);
  await expect(page.getByText(/of 5 models are wrong/)).toBeVisible({ timeout: 60_000 });
});

test('given a part switched off, when “Train this” is pressed, then ARAT and that combination train, and their losses stand in the drawing', async ({
  page,
}) => {
  await open(page);
  await setTiny(page, { backend: 'wasm', train: 64, test: 16, width: 2, epochs: 1, batch: 16, steps: 1 });
  await drawing(page).getByRole('switch', { name: PART_WORDS.predictor.label }).click();
  await page.getByRole('button', { name: 'Train this', exact: true }).click();
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
  expect([...(await results(page)).keys()]).toEqual(['ARAT', 'ARAT, no predictor']);
  await expect(drawing(page)).toContainText(/loss of x′ \d/);
});

test('given the story, when it is told, then it flips real switches and can be left; given the bar, then it leads to each section', async ({
  page,
}) => {
  await page.goto('/');
  await page.getByRole('button', { name: '60-second story' }).click();
  const story = page.getByRole('group', { name: '60-second story' });
  await story.getByRole('button', { name: 'Next' }).click();
  await expect(part(page, 'stopGradient')).toHaveAttribute('aria-checked', 'false');
  await story.getByRole('button', { name: 'Leave' }).click();
  await expect(story).toBeHidden();
  const bar = page.getByRole('navigation', { name: 'Sections' });
  for (const [name, id] of [
    ['Stress test', 'judge'],
    ['Runs', 'keep'],
    ['Idea', 'idea'],
  ] as const) {
    await bar.getByRole('link', { name, exact: true }).click();
    await expect(page.locator(`#${id}`)).toBeInViewport();
    await expect(page.locator(`#${id}`)).toBeFocused();
  }
});

test('given a site without recorded figures, when the page opens, then it says so and fails nowhere, on a phone too, and axe finds nothing', async ({
  browser,
}) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.route('**/recorded/factorial/**', (route) => route.fulfill({ status: 404 }));
  await page.goto('/');
  await expect(page.getByText(/figures of these combinations are not recorded yet/)).toBeVisible();
  const chips = page.getByRole('group', { name: 'Parts of ARAT' });
  await chips.getByRole('switch', { name: 'Predictor' }).click();
  await expect(chips.getByRole('switch', { name: 'Predictor' })).not.toBeChecked();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page, '#idea');
  expect(errors).toEqual([]);
  await context.close();
});
