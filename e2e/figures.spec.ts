import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { parseRaceResult } from '../src/core/result/results-schema.ts';
import { open } from './support.ts';

/**
 * A result that the schema accepts, as a stranger might send it: labels of 80 wide characters, an odd date, extreme
 * statistics.
 */
function hostileResult(): string {
  const recorded = parseRaceResult(JSON.parse(readFileSync('src/core/testing/older-result.json', 'utf8')));
  const label = (i: number) => `${i}${'W'.repeat(76)}\u200b=`;
  const runs = recorded.runs.map((run, i) => ({
    ...run,
    label: label(i),
    curves: run.curves.map((p) => ({ ...p, epoch: 3 * p.epoch })),
    bn: run.bn.map((point) => ({
      ...point,
      layers: point.layers.map((layer) => ({
        ...layer,
        batchDistance: 1e6,
        clean: { mean: [1e308, -1e308], std: [1e308, 1] },
        adv: { mean: [0, 1e-300, 2], std: [5e-324] },
      })),
    })),
  }));
  const contestants = recorded.config.contestants.map((c, i) => ({ ...c, label: label(i) }));
  const config = { ...recorded.config, contestants };
  const dataset = { ...recorded.dataset, provenance: 'p'.repeat(1000) };
  const result = {
    ...recorded,
    config,
    dataset,
    runs,
    device: 'd'.repeat(300),
    finishedAt: '2026-01-02T03:04:05+14',
  };
  return JSON.stringify(result);
}

const sideways = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    // The elements that are too wide, for the failure message.
    return [...document.querySelectorAll('main *, header *, #experiment *')]
      .filter((e) => e.getBoundingClientRect().right > clientWidth + 1)
      .map((e) => `${e.tagName}.${e.className.toString().slice(0, 60)} ${(e.textContent ?? '').slice(0, 20)}`)
      .slice(0, 5);
  });

test('given a result with long labels, an odd date and extreme statistics, when it is opened, then all of it is drawn, and the page is no wider than the screen', async ({
  page,
}) => {
  await open(page);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import JSON' }).click();
  const buffer = Buffer.from(hostileResult());
  await (await chooser).setFiles({ name: 'hostile.json', mimeType: 'application/json', buffer });
  await expect(page.getByTestId('result-table').getByText(/^0W+\ufffd=$/)).toBeVisible();
  await page.getByRole('button', { name: 'Load these settings' }).click();
  // Every chart has been drawn.
  await expect(page.locator('[data-chart="Gradient cosine"] [data-series]').first()).toBeAttached();
  await expect(page.locator('[aria-label^="Batch statistics of"] line').first()).toBeAttached();
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(() => sideways(page)).toEqual([]);
  }
  const drawn = await page.locator('main').evaluate((main) => main.innerHTML);
  expect(drawn).not.toMatch(/="[^"]*(NaN|Infinity)/);
  expect(await page.locator('body').innerText()).not.toMatch(/Invalid Date|NaN/);

  await test.step('given its chart, when exported as SVG, then the file is well formed, and its legend names the lines in it', async () => {
    const choose = page.getByRole('combobox', { name: 'Figure' });
    await choose.click();
    await page.getByRole('option', { name: 'Gradient cosine', exact: true }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'SVG', exact: true }).click();
    const svg = readFileSync(await (await download).path(), 'utf8');
    const read = await page.evaluate((text) => {
      const document = new DOMParser().parseFromString(text, 'image/svg+xml');
      return {
        errors: document.querySelectorAll('parsererror').length,
        series: [...document.querySelectorAll('[data-series]')].map((s) =>
          s.getAttribute('data-series')!.slice(0, 5),
        ),
        legend: [...document.querySelectorAll('[data-part="legend"] text')].map((t) =>
          t.textContent.slice(0, 5),
        ),
      };
    }, svg);
    expect(read.errors).toBe(0);
    expect(read.series.length).toBeGreaterThan(0);
    expect(read.legend).toEqual(read.series);
  });
});
