import { expect, test } from '@playwright/test';
import {
  ARCHIVE,
  experiment,
  hasArchive,
  keepOnly,
  open,
  openSharedLink,
  results,
  setTiny,
  state,
  train,
} from './support.ts';

const SMALL = { backend: 'wasm', train: 64, test: 32, width: 4, epochs: 2, batch: 16, steps: 2 } as const;

test.use({ contextOptions: { reducedMotion: 'no-preference' } });

test('given the quick preset on WASM, when a race runs to its end, then its result is saved, can be shared and reproduced', async ({
  page,
  browser,
}) => {
  await open(page);
  await keepOnly(page, ['AT', 'ARAT']);
  await setTiny(page, SMALL);
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
  const here = await results(page);
  expect([...here.keys()]).toEqual(['AT', 'ARAT']);

  await test.step('a chart shows the last epoch under the pointer, and the first on keyboard focus', async () => {
    const chart = page.locator('[data-chart="Clean accuracy"]');
    const plot = chart.locator('svg[role="application"]');
    await plot.scrollIntoViewIfNeeded();
    // Charts are drawn in turn, so that the last point may appear a little after the end of the race.
    const line = chart.locator('path[data-series="ARAT"]');
    await expect(line).toHaveAttribute('data-points', String(SMALL.epochs + 1));
    const { x, y, width } = (await plot.boundingBox())!;
    // The first movement of the pointer only enters the chart.
    for (const at of [40, 15]) await page.mouse.move(x + width - at, y + 100);
    const tip = chart.locator('.plot-tip');
    await expect(tip).toContainText(`epoch ${SMALL.epochs}`);
    await expect(tip).toContainText(/ARAT: [\d.]+/);
    await page.mouse.move(0, 0);
    await plot.focus();
    await expect(tip).toContainText('epoch 0');
  });

  await test.step('the link opens in a clean profile with the same numbers, read-only', async () => {
    const other = await openSharedLink(page, browser);
    const there = await results(other);
    for (const [label, cells] of here) expect(there.get(label)?.slice(0, 3)).toEqual(cells.slice(0, 3));
    await expect(other.getByTestId('race-state')).toHaveCount(0);
    await other.getByRole('button', { name: /^Reproduce/ }).click();
    await experiment(other).getByRole('button', { name: 'Network', exact: true }).click();
    await expect(experiment(other).getByLabel('Width', { exact: true })).toHaveValue('4');
    await other.context().close();
  });

  await test.step('a reload keeps the run', async () => {
    await page.reload();
    const saved = page
      .locator('#keep')
      .getByRole('button', { name: /^Open .* epochs/ })
      .first();
    await saved.click();
    await expect(page.getByText('Saved run', { exact: true })).toBeVisible();
    expect((await results(page)).get('ARAT')).toEqual(here.get('ARAT'));
  });
});

test('given real CIFAR-10 images from a chosen archive, when AT and ARAT train, then accuracy rises above chance', async ({
  page,
}) => {
  test.skip(!hasArchive, `${ARCHIVE} is not here: set ARAT_SHARED.`);
  await open(page);
  await keepOnly(page, ['AT', 'ARAT']);
  await experiment(page).getByLabel('Dataset', { exact: true }).selectOption('archive');
  await experiment(page).getByLabel('CIFAR files', { exact: true }).setInputFiles(ARCHIVE);
  await expect(experiment(page).getByText(/10,000 training and 2,000 test images/)).toBeVisible({
    timeout: 120_000,
  });
  await setTiny(page, { ...SMALL, train: 512, test: 128, width: 8, epochs: 3, batch: 32 });
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 240_000 });
  const best = Math.max(...[...(await results(page)).values()].map(([clean]) => parseFloat(clean)));
  // Four classes: chance is 25 %, three standard errors of 128 images are 11.5 points.
  expect(best).toBeGreaterThan(36.5);
});

test('given a running race, when it is paused, stepped, resumed and stopped, then its state and steps follow, and examples stay within eps', async ({
  page,
}) => {
  await open(page);
  await keepOnly(page, ['AT']);
  await setTiny(page, { ...SMALL, train: 1024, epochs: 50 });
  await train(page);
  await expect(state(page)).toHaveText('Training', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(state(page)).toHaveText('Paused');
  const line = page.getByText(/step [\d,]+ of/);
  const step = async () =>
    Number(/step ([\d,]+) of/.exec((await line.textContent())!)![1].replaceAll(',', ''));
  // With one contestant, each press trains one step. More steps would mean that it trained while paused.
  const before = await step();
  for (let pressed = 1; pressed <= 3; pressed++) {
    await page.getByRole('button', { name: 'Step', exact: true }).click();
    await expect.poll(step).toBe(before + pressed);
    await expect(state(page)).toHaveText('Paused');
  }

  const see = page.locator('#see');
  const measured = see.getByText(/measured/).first();
  await expect(measured).toBeVisible({ timeout: 60_000 });
  const linf = /([\d.]+)\/255/.exec((await measured.textContent())!);
  expect(Number(linf![1])).toBeGreaterThan(0);
  expect(Number(linf![1])).toBeLessThanOrEqual(8.001);

  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(state(page)).toHaveText('Training');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(state(page)).toHaveText('Stopped', { timeout: 30_000 });
});

test('given ARAT, when its stop-gradient is switched off, then a labelled variant races and its gradient cosine differs', async ({
  page,
}) => {
  await open(page);
  await keepOnly(page, ['ARAT']);
  await page.getByRole('button', { name: 'Switches of ARAT', exact: true }).click();
  await experiment(page).getByRole('switch', { name: 'Stop-gradient' }).click();
  await page.getByRole('button', { name: 'Race this variant beside it' }).click();
  await setTiny(page, SMALL);
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
  const table = await results(page);
  const cosine = (label: string) => Number(table.get(label)![5].replace('−', '-'));
  const [whole, variant] = [cosine('ARAT'), cosine('ARAT, no stop-gradient')];
  for (const value of [whole, variant]) expect(Math.abs(value)).toBeLessThanOrEqual(1);
  expect(variant).not.toBe(whole);
});

test('given a file that is no archive, when chosen, then one sentence names it and nothing else changes', async ({
  page,
}) => {
  await open(page);
  await experiment(page).getByLabel('Dataset', { exact: true }).selectOption('archive');
  await experiment(page)
    .getByLabel('CIFAR files', { exact: true })
    .setInputFiles({
      name: 'holiday.bin',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from('not images'),
    });
  await expect(experiment(page).getByRole('alert')).toContainText('holiday.bin');
});
