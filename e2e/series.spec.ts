import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { createTar } from 'nanotar';
import { records } from '../src/core/data/testing/cifar-records.ts';
import {
  experiment,
  keepOnly,
  open,
  openSharedLink,
  results,
  setNumber,
  setTiny,
  state,
  train,
} from './support.ts';

const SMALL = { backend: 'wasm', train: 32, test: 16, width: 2, epochs: 1, batch: 16, steps: 1 } as const;
/** `47.9 ± 2.9 %` with non-breaking spaces. */
const SPREAD = /^\d+\.\d\s±\s\d+\.\d\s%$/;

test('given two seeds, when the race is over, then charts and tables show mean and spread, and the link carries both seeds', async ({
  page,
  browser,
}) => {
  await open(page);
  await keepOnly(page, ['AT', 'ARAT']);
  // Large enough that the seeds' accuracies differ: a band without height is not drawn.
  await setTiny(page, { ...SMALL, train: 64, test: 32, width: 4, epochs: 2 });
  await setNumber(page, 'Seeds', 2);
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
  const seedCells = async () => [...(await results(page)).values()].map((cells) => cells[7]);
  await expect.poll(seedCells).toEqual(['2', '2']);
  const here = await results(page);
  expect([...here.keys()]).toEqual(['AT', 'ARAT']);
  for (const [clean, robust, , , , , , seeds] of here.values()) {
    expect(clean).toMatch(SPREAD);
    expect(robust).toMatch(SPREAD);
    expect(seeds).toBe('2');
  }
  await expect(page.locator('#race').getByText('mean of 2 seeds')).toBeVisible();
  // Each contestant has a band behind its lines.
  await expect(page.locator('#race [data-chart="Clean accuracy"] [data-band]')).toHaveCount(2);
  const rungs = page.getByTestId('ladder').locator('tbody tr');
  await expect(rungs).toHaveCount(2);
  await expect(rungs.nth(1)).toContainText('ARAT');
  await expect(rungs.nth(1)).toContainText(/[+−±]\d+\.\d/);

  const other = await openSharedLink(page, browser);
  const there = await results(other);
  for (const [label, cells] of here) expect(there.get(label)).toEqual(cells);
  await other.context().close();
});

test('given the page, when first shown, then the recorded run is marked and described; line-ups set the contestants and can be undone; the machine can be measured before training', async ({
  page,
}) => {
  await open(page);
  const gallery = page.getByRole('rowgroup', { name: 'Recorded runs' });
  await expect(gallery.getByRole('button', { pressed: true })).toHaveCount(1);
  await expect(page.getByText('Recorded run', { exact: true })).toBeVisible();

  const names = experiment(page).getByRole('list', { name: 'Contestants' }).getByRole('listitem');
  await experiment(page).getByRole('combobox', { name: 'Line-up' }).selectOption('ladder');
  await expect(names).toHaveCount(4);
  await expect(names.first()).toContainText('no split BN, no stop-gradient, no predictor');
  await expect(names.last().getByText('ARAT', { exact: true })).toBeVisible();
  await experiment(page).getByRole('button', { name: 'Undo: bring back the former contestants' }).click();
  await expect(names.first().getByText('AT', { exact: true })).toBeVisible();

  await expect(page.getByTestId('cost')).not.toContainText('on this machine');
  await experiment(page).getByLabel('Backend').selectOption('wasm');
  await expect(page.getByTestId('cost')).toContainText(/about [\d.]+ (s|min|h|days) on this machine/, {
    timeout: 120_000,
  });
});

test('given a CIFAR-100 archive, when dropped, then its fine classes can be searched and chosen, and a race of ten of them runs', async ({
  page,
}) => {
  const hundred = Array.from({ length: 100 }, (_, i) => i);
  const files = { 'train.bin': records([...hundred, ...hundred], 2), 'test.bin': records(hundred, 2) };
  const tar = createTar(
    Object.entries(files).map(([name, data]) => ({ name: `cifar-100-binary/${name}`, data })),
  );
  await open(page);
  await keepOnly(page, ['AT']);
  await experiment(page).getByLabel('Dataset', { exact: true }).selectOption('archive');
  await experiment(page)
    .getByLabel('CIFAR files', { exact: true })
    .setInputFiles({
      name: 'cifar-100-binary.tar.gz',
      mimeType: 'application/gzip',
      buffer: Buffer.from(gzipSync(tar)),
    });
  await expect(experiment(page).getByText(/CIFAR-100 binary files/)).toBeVisible();
  await experiment(page).getByText('Choose single classes').click();
  await experiment(page).getByLabel('Find a class').fill('maple');
  await experiment(page).getByText('maple tree', { exact: true }).click();
  await expect(experiment(page).getByText('5 of 100 chosen')).toBeVisible();
  await experiment(page).getByRole('button', { name: 'First 10' }).click();
  await setTiny(page, { ...SMALL, train: 20, test: 10, batch: 10 });
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 120_000 });
  expect([...(await results(page)).keys()]).toEqual(['AT']);
  await expect(page.locator('#race').getByText(/another experiment: CIFAR-100/)).toBeVisible();

  await test.step('given all hundred classes, when data of ten is chosen, then the race is of its ten', async () => {
    await experiment(page).getByRole('button', { name: 'All 100' }).click();
    await experiment(page).getByLabel('Dataset', { exact: true }).selectOption('synthetic');
    await expect(experiment(page).getByRole('checkbox', { checked: true })).toHaveCount(10);
    await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
  });
});
