/** The x axis of every chart fits the run that is shown, whatever was shown before. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { keepOnly, open, setTiny, state, train } from './support.ts';

const TINY = { backend: 'wasm', train: 32, test: 16, width: 2, epochs: 2, batch: 16, steps: 1 } as const;

/**
 * Per chart over epochs: its last tick and how many pixels each line ends from the axis's right end; and all circles.
 */
const axes = (page: Page) =>
  page.locator('main').evaluate((main) => {
    const charts = [...main.querySelectorAll('[data-chart]')].flatMap((chart) => {
      const axis = chart.querySelector('line.plot-axis-x');
      const series = [...chart.querySelectorAll('path[data-series]')];
      if (!axis || series.length === 0 || !/accuracy/.test(chart.getAttribute('data-chart')!)) return [];
      const right = Number(axis.getAttribute('x2'));
      const ends = series.map((p) => Number(/([\d.]+),[\d.]+$/.exec(p.getAttribute('d')!)![1]));
      const ticks = [...chart.querySelectorAll('.plot-ticks-x text')];
      return [
        {
          last: ticks.at(-1)?.textContent,
          apart: Math.max(...ends.map((x) => Math.round(Math.abs(right - x)))),
        },
      ];
    });
    const stray = main.querySelectorAll('.plot:has(path[data-series]) circle').length;
    return { charts, stray };
  });

const expectEnd = (page: Page, epochs: number) =>
  expect
    .poll(() => axes(page))
    .toEqual({ charts: Array.from({ length: 2 }, () => ({ last: String(epochs), apart: 0 })), stray: 0 });

test('given a run of 8 epochs, when one of 6 is opened and then a race of 2 is trained, then every axis ends with the run shown, and no chart, exported ones included, has a circle of another run', async ({
  page,
}) => {
  await open(page);
  await keepOnly(page, ['AT']);
  await setTiny(page, TINY);
  const gallery = page.getByRole('rowgroup', { name: 'Recorded runs' });
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import JSON' }).click();
  await (await chooser).setFiles('src/core/testing/older-result.json');
  await expectEnd(page, 8);
  await gallery.getByRole('button', { name: 'The race, with five seeds' }).click();
  await expectEnd(page, 6);
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 120_000 });
  await expectEnd(page, 2);

  const choose = page.getByRole('combobox', { name: 'Figure' });
  // The list of charts closes if the page is redrawn while it opens.
  await expect(async () => {
    await choose.click();
    await page.getByRole('option', { name: 'Clean accuracy', exact: true }).click({ timeout: 3000 });
  }).toPass();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'SVG', exact: true }).click();
  expect(readFileSync(await (await download).path(), 'utf8')).not.toContain('<circle');
});
