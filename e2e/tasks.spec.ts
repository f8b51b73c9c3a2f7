/** The tasks that a new user has: at most three clicks each from the loaded page, where nothing has to be trained. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { decode } from 'fast-png';
import { records } from '../src/core/data/testing/cifar-records.ts';
import { PART_WORDS } from '../src/ui/idea/words.ts';
import { FIRST_VISIT } from './folds.ts';
import { dropFiles, state } from './support.ts';

// As a new user finds the page: with its folded parts closed.
test.use({ storageState: FIRST_VISIT });

const RECORDED = existsSync('dist/recorded/factorial/index.json');

/** Counts the clicks of a task, and the seconds since the page began to load. */
function counted() {
  const started = Date.now();
  let clicks = 0;
  return {
    click: async (target: ReturnType<Page['getByRole']>) => {
      clicks++;
      await target.click();
    },
    report: (task: string) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      test.info().annotations.push({ type: task, description: `${clicks} clicks, ${seconds} s` });
      console.log(`${task}: ${clicks} clicks, ${seconds} s`);
      return clicks;
    },
  };
}

const keep = (page: Page) => page.locator('#keep');
const recorded = (page: Page) => keep(page).getByRole('rowgroup', { name: 'Recorded runs' });

test('given the page as it loads, when split BatchNorm is switched off, then one click shows the figures without it and their difference from ARAT', async ({
  page,
}) => {
  test.skip(!RECORDED, 'The combinations are not recorded in this build.');
  const task = counted();
  await page.goto('/');
  const drawing = page.getByRole('group', { name: 'How ARAT trains' });
  await task.click(drawing.getByRole('switch', { name: PART_WORDS.splitBn.label }));
  const table = page.getByRole('table', { name: 'ARAT without split BN, beside ARAT' });
  await expect(table.getByRole('row').nth(1)).toContainText(/[+−-]\d+\.\d/);
  expect(task.report('switch split BN off and see what changes')).toBeLessThanOrEqual(3);
});

test('given the page as it loads, when an image is chosen, then one click shows it attacked under AT and under ARAT', async ({
  page,
}) => {
  test.skip(!RECORDED, 'The models are not recorded in this build.');
  const task = counted();
  await page.goto('/');
  await task.click(page.getByRole('group', { name: 'Test images' }).getByRole('button').first());
  for (const name of ['AT', 'ARAT']) {
    const model = page.getByRole('listitem', { name: `What ${name} says`, exact: true });
    await expect(model).toContainText(/[✓✗] (airplane|automobile|frog|horse) \d+/, { timeout: 60_000 });
    await expect(model.getByRole('img', { name: /^Attacked image/ })).toBeVisible();
  }
  expect(task.report('see one image attacked under ARAT and AT')).toBeLessThanOrEqual(3);
});

test('given CIFAR’s files dropped on the page, when Train is pressed, then one click trains on them', async ({
  page,
}) => {
  const labels = (each: number) => Array.from({ length: 4 * each }, (_, i) => [0, 1, 6, 7][i % 4]);
  const task = counted();
  await page.goto('/');
  await expect(page.locator('[data-chart="Clean accuracy"] [data-series]').first()).toBeAttached();
  await dropFiles(page, 'h1', [
    { name: 'data_batch_1.bin', bytes: records(labels(256)) },
    { name: 'test_batch.bin', bytes: records(labels(200)) },
  ]);
  await expect(page.getByText(/^Loaded .*1,024 training and 800 test images/)).toBeVisible({
    timeout: 60_000,
  });
  await task.click(page.getByRole('button', { name: 'Train', exact: true }));
  await expect(state(page)).toHaveText('Training', { timeout: 120_000 });
  expect(task.report('train on a dropped archive')).toBeLessThanOrEqual(3);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(state(page)).toHaveText('Stopped', { timeout: 120_000 });
});

test('given the page as it loads, when the run shown is shared in brief, then one click makes a link of fewer than 2,000 characters that opens', async ({
  page,
  browser,
}) => {
  const task = counted();
  await page.goto('/');
  await expect(recorded(page).getByRole('button', { pressed: true })).toHaveCount(1);
  await task.click(page.getByRole('button', { name: 'Make a short link' }));
  const field = keep(page).locator('input[value*="#s="]');
  await expect(field).toBeVisible();
  const link = await field.inputValue();
  expect(task.report('share a result')).toBeLessThanOrEqual(3);
  expect(link.length).toBeLessThan(2000);
  await expect(keep(page).getByText(/^Left out: /)).toContainText('BatchNorm');
  const other = await (await browser.newContext()).newPage();
  await other.goto(link);
  await expect(other.getByText('A shared result, read-only')).toBeVisible();
  await expect(other.getByTestId('result-table')).toBeVisible();
  await other.context().close();
});

test('given the page as it loads, when two recorded runs are ticked, then curves, settings, figures and paired differences of both are shown', async ({
  page,
}) => {
  const task = counted();
  await page.goto('/');
  const boxes = recorded(page).getByRole('checkbox');
  await task.click(boxes.nth(0));
  await task.click(boxes.nth(1));
  const compared = page.getByRole('region', { name: 'Comparison of the chosen runs' });
  await expect(compared.locator('[data-series="B: ARAT"]').first()).toBeAttached();
  expect(task.report('compare two runs')).toBeLessThanOrEqual(3);
  await expect(compared.getByRole('table', { name: 'Differences between the runs' })).toContainText(
    'B: ARAT − A: ARAT',
  );
  await expect(compared.getByRole('table', { name: 'Settings that differ' })).toContainText('Contestants');
  const inkOf = (label: string) =>
    compared
      .locator(`path[data-series="${label}"], [data-series="${label}"] path`)
      .first()
      .getAttribute('stroke', { timeout: 5000 });
  const [a, b] = [await inkOf('A: ARAT'), await inkOf('B: ARAT')];
  expect(a).toMatch(/^#/);
  expect(b).toBe(a);
  await expect(compared.getByRole('list', { name: 'Legend' })).toContainText('B: ARAT');
  await boxes.nth(1).uncheck();
  await expect(compared).toHaveCount(0);
});

test('given the page as it loads, when a figure is exported, then three clicks give a PNG of 85 mm at 300 dpi', async ({
  page,
}) => {
  const task = counted();
  await page.goto('/');
  await expect(page.locator('[data-chart="Clean accuracy"] [data-series]').first()).toBeAttached();
  await task.click(page.getByRole('combobox', { name: 'Figure' }));
  await task.click(page.getByRole('option', { name: 'Clean accuracy', exact: true }));
  const download = page.waitForEvent('download');
  await task.click(page.getByRole('button', { name: 'PNG', exact: true }));
  const file = await (await download).path();
  expect(task.report('export a figure for a paper')).toBeLessThanOrEqual(3);
  const png = decode(await readFile(file));
  expect(png.width).toBe(Math.round((85 / 25.4) * 300));
  expect(png.resolution).toEqual({ x: 11811, y: 11811, unit: 1 });
  // Title, then caption: some of their pixels are dark. Browsers draw an image before its fonts are there.
  const dark = (from: number, to: number) =>
    png.data
      .slice(
        Math.round(from * png.height) * png.width * png.channels,
        Math.round(to * png.height) * png.width * png.channels,
      )
      .filter((value) => value < 100).length;
  expect(dark(0, 0.03)).toBeGreaterThan(100);
  expect(dark(0.9, 1)).toBeGreaterThan(100);
});
