/** The recorded race of equal compute: learning curves over FLOP, and inference between the two BatchNorm sets. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { trainingFlop } from '../src/core/experiments/cost.ts';
import { epochsOf } from '../src/core/experiments/epochs.ts';
import { parseRaceResult } from '../src/core/result/results-schema.ts';
import { differenceWords } from '../src/ui/race/differences.ts';
import { inferenceSets, planeNote } from '../src/ui/why/inference.ts';
import { open } from './support.ts';

const { runs, config } = parseRaceResult(
  JSON.parse(readFileSync('public/recorded/quick-compute.json', 'utf8')),
);

const named = (label: string) => config.contestants.find((c) => c.label === label)!;

async function openRun(page: Page): Promise<void> {
  await open(page);
  const gallery = page.getByRole('rowgroup', { name: 'Recorded runs' });
  await gallery.getByRole('button', { name: 'Equal compute, with five seeds' }).click();
  await expect(page.getByTestId('result-table')).toContainText('AT, as many FLOP as ARAT');
}

/** How far each line of the chart reaches, as a share of the x axis. */
const reaches = (page: Page, chart: RegExp) =>
  page.locator('main').evaluate((main, pattern) => {
    const of = [...main.querySelectorAll('[data-chart]')].find((c) =>
      new RegExp(pattern).test(c.getAttribute('data-chart')!),
    );
    const axis = of?.querySelector('line.plot-axis-x');
    if (!of || !axis) return {};
    const [from, to] = ['x1', 'x2'].map((x) => Number(axis.getAttribute(x)));
    const last = (path: Element) => Number(/([\d.]+),[\d.]+$/.exec(path.getAttribute('d')!)![1]);
    return Object.fromEntries(
      [...of.querySelectorAll('path[data-series]')].map((p) => [
        p.getAttribute('data-series'),
        (last(p) - from) / (to - from),
      ]),
    );
  }, chart.source);

test('given AT for as many FLOP as ARAT, when the axis is switched to compute, then both end at the same place and AT ends before them; over epochs AT’s copy goes on alone', async ({
  page,
}) => {
  await openRun(page);
  const axis = page.getByRole('radiogroup', { name: 'X axis of the learning curves' });
  await expect
    .poll(async () => (await reaches(page, /^Clean accuracy$/))['AT, as many FLOP as ARAT'])
    .toBeCloseTo(1, 2);
  const byEpochs = await reaches(page, /^Clean accuracy$/);
  const matched = epochsOf(config, named('AT, as many FLOP as ARAT'));
  expect(byEpochs.ARAT).toBeCloseTo(6 / matched, 2);
  expect(byEpochs.AT).toBeCloseTo(6 / matched, 2);

  await axis.getByText('by compute (FLOP)').click();
  for (const chart of [/^Clean accuracy by compute/, /^Robust accuracy by compute/]) {
    await expect.poll(async () => Object.keys(await reaches(page, chart))).toHaveLength(4);
    const byFlop = await reaches(page, chart);
    const flop = (label: string) => trainingFlop(config, named(label)) / trainingFlop(config, named('ARAT'));
    for (const label of ['AT', 'AT, as many FLOP as ARAT'])
      expect(byFlop[label] / byFlop.ARAT).toBeCloseTo(flop(label), 2);
    expect(flop('AT, as many FLOP as ARAT')).toBeCloseTo(1, 1);
    expect(byFlop.ARAT).toBeGreaterThan(0.75);
  }
  await expect(page.locator('[data-chart^="Clean accuracy by compute"]')).toContainText('FLOP');
});

test('given both BatchNorm sets measured, when the slider is moved to either end and to the middle, then the text has the accuracies measured there', async ({
  page,
}) => {
  await openRun(page);
  // The paper's figures, shown beside these, are not to be read without their attack, in exports and copies neither.
  for (const [of, attribute] of [
    [page.locator('[data-chart="Trade-off"]'), 'data-figure-addition'],
    [page.getByTestId('result-table'), 'data-note'],
  ] as const)
    await expect(of).toHaveAttribute(attribute, /torchattacks/);
  const part = page.getByTestId('inference-sets');
  const slider = part.getByRole('slider');
  const measured = inferenceSets(runs);
  expect(measured.map((of) => of.label)).toEqual(['ARAT', 'ARAT, invariance weight 0']);
  const { path } = measured[0];
  const expectAt = async (i: number, words: string) => {
    await expect(part.getByText(`Inference through: ${words}`)).toBeVisible();
    for (const { label, path: of } of measured)
      await expect(part).toContainText(
        `${label}: clean ${of[i].clean.toFixed(1)} %, robust ${of[i].robust.toFixed(1)} %`,
      );
  };
  await slider.focus();
  await expectAt(path.length - 1, 'adv set');
  await page.keyboard.press('Home');
  await expectAt(0, 'clean set');
  await page.keyboard.press('ArrowRight');
  await expectAt(1, `${Math.round(100 * path[1].share)} % adv set`);
  await page.keyboard.press('End');
  await expectAt(path.length - 1, 'adv set');

  await test.step('then the two sets are compared with an interval over seeds, and the exported plane names the images that it counts', async () => {
    const rows = part.getByTestId('set-differences').locator('tbody tr');
    await expect(rows).toHaveText(
      measured.map(
        ({ label, difference: { clean, robust } }) =>
          `${label}${differenceWords(clean)}${differenceWords(robust)}`,
      ),
    );
    await expect(part.locator('[data-figure-note]')).toHaveAttribute('data-figure-note', planeNote(measured));
  });
});
