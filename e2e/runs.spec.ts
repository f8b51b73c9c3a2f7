import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { state, trainTiny } from './support.ts';

const keep = (page: Page) => page.locator('#keep');
const recorded = (page: Page) => keep(page).getByRole('rowgroup', { name: 'Recorded runs' });

test('given every kind of figure on the page, when exported as SVG in the dark scheme, then each is on white, with its font, axis titles and caption', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/');
  const choose = page.getByRole('combobox', { name: 'Figure' });
  const titles = [
    'Clean accuracy',
    'Trade-off of ARAT’s parts',
    'Trade-off: better to the upper right',
    'Batch statistics',
    'Conflict ratio',
    'Gradient cosine by layer',
  ];
  for (const title of titles) {
    await expect(async () => {
      await choose.click();
      const option = page.getByRole('option', { name: title });
      await option.first().click({ timeout: 3000 });
    }).toPass({ timeout: 30_000 });
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'SVG', exact: true }).click();
    const file = await (await download).path();
    const svg = await readFile(file, 'utf8');
    if (process.env.FIGURES) await (await download).saveAs(`${process.env.FIGURES}/${title}.svg`);
    expect(svg).toContain('width="85mm"');
    expect(svg).toContain('font/woff2;base64,');
    expect(svg).toMatch(/(n = [\d,]+ (test|training) images|batch).*data: .*(commit|version) /s);
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
    .toMatch(
      /\\begin\{tabular\}\{l[lr]+\}\n {2}\\toprule\n {2}Method & Clean.*\\end\{tabular\}\n\nRobust: PGD-10, /s,
    );
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
