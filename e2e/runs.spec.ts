import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { decode } from 'fast-png';
import { state, trainTiny } from './support.ts';

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

test('given the page as it loads, when the result is shared in brief, then one click makes a link of fewer than 2,000 characters that opens', async ({
  page,
  browser,
}) => {
  const task = counted();
  await page.goto('/');
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
});

test('given every kind of figure on the page, when exported as SVG in the dark scheme, then each is on white, with its font, axis titles and caption', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/');
  const choose = page.getByRole('combobox', { name: 'Figure' });
  const titles = ['Clean accuracy', 'Trade-off', 'Batch statistics', 'Gradient cosine by layer'];
  for (const title of titles) {
    await expect(async () => {
      await choose.click();
      await page.getByRole('option', { name: title }).first().click({ timeout: 3000 });
    }).toPass();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'SVG', exact: true }).click();
    const file = await (await download).path();
    const svg = await readFile(file, 'utf8');
    if (process.env.FIGURES) await (await download).saveAs(`${process.env.FIGURES}/${title}.svg`);
    expect(svg).toContain('width="85mm"');
    expect(svg).toContain('font/woff2;base64,');
    expect(svg).toMatch(/(n = [\d,]+ test images|batch).*data: .*(commit|version) /s);
    expect(svg).not.toMatch(/var\(--/);
    const ground = /<rect width="100%" height="100%" fill="(.*?)"/.exec(svg)?.[1];
    expect(ground).toBe('#fff');
  }
});

test('given the results table, when copied for a paper, then the clipboard holds a table of booktabs', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/');
  await page.getByRole('button', { name: /Copy table: Results/ }).click();
  await page.getByRole('menuitem', { name: 'LaTeX (booktabs)' }).click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toMatch(/\\begin\{tabular\}\{l[lr]+\}\n {2}\\toprule\n {2}Method & Clean/);
});

test('given a stress test of a race, when another run is shown and then the saved race is opened, then its report is there', async ({
  page,
}) => {
  const tiny = { backend: 'wasm', train: 64, test: 16, width: 2, epochs: 1, batch: 32, steps: 1 } as const;
  await trainTiny(page, ['AT'], tiny);
  await expect(state(page)).toHaveText('Complete', { timeout: 120_000 });
  const judge = page.locator('#judge');
  await judge.getByRole('button', { name: 'Judge the models' }).click();
  await expect(judge.getByText('complete', { exact: true })).toBeVisible({ timeout: 120_000 });
  await recorded(page).getByRole('button').first().click();
  await expect(page.getByText('Recorded run', { exact: true })).toBeVisible();
  const saved = keep(page).getByRole('rowgroup', { name: 'Saved runs' });
  await saved.getByRole('button', { name: /^Open / }).click();
  await expect(page.getByText('Saved run', { exact: true })).toBeVisible();
  const report = judge.getByRole('region', { name: 'Robustness report' });
  await expect(report.getByRole('rowheader', { name: 'Clean' })).toBeVisible();
  await expect(report.getByText('Figures of earlier models')).toHaveCount(0);
});
