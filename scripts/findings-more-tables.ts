/** The tables of docs/FINDINGS.md beside those of contestants and effects. */
import { UsageError } from '../src/cli/args.ts';
import { estimateImages } from '../src/core/result/accuracies.ts';
import { bestEpoch } from '../src/core/result/best-epoch.ts';
import { meanAffineDistance, meanRunningDistance, meanThroughSet } from '../src/core/result/bn-distance.ts';
import { tInterval } from '../src/core/result/difference.ts';
import type { BnLayer, BnPoint, RaceResult, RunResult } from '../src/core/result/results.ts';
import { accuracyBand, byContestant, spreadOf, withSeeds } from '../src/core/result/spread.ts';
import { differenceWords } from '../src/ui/race/differences.ts';
import { inferenceSets } from '../src/ui/why/inference.ts';
import { markdown } from './findings-tables.ts';

/** `0.0031 (0.0024 to 0.0037)`: a mean over seeds with Student's t interval. */
function overSeeds(values: readonly number[], digits: number): string {
  const mean = spreadOf(values)?.mean;
  if (mean === undefined) return '–';
  const interval = tInterval(values);
  const text = (x: number) => x.toFixed(digits).replace('-', '−');
  return `${text(mean)} (${interval?.map(text).join(' to ') ?? 'no interval'})`;
}

const layer = (point: BnPoint, name: string): BnLayer | undefined =>
  point.layers.find((l) => l.name === name);

/** Distances after the last epoch; a run without the figure is left out. */
const BATCH_NORM: readonly (readonly [string, (point: BnPoint) => number | null | undefined])[] = [
  ['x to x′, clean set', (point) => meanThroughSet(point, 'clean')],
  ['x to x′, adv set', (point) => meanThroughSet(point, 'adv')],
  // 0 where there is one set.
  ['statistics of the sets', (point) => meanRunningDistance(point) || null],
  ['the same in bn1', (point) => layer(point, 'bn1')?.runningDistance || null],
  ['in layer1.0.bn1', (point) => layer(point, 'layer1.0.bn1')?.runningDistance || null],
  ['affine parameters of the sets', (point) => meanAffineDistance(point) || null],
];

/** A row for each contestant: distances of BatchNorm after the last epoch, means over layers unless one is named. */
export function batchNormTable([result]: readonly RaceResult[]): string[] {
  const rows = byContestant(withSeeds(result)).map(({ label, runs }) => [
    label,
    ...BATCH_NORM.map(([, of]) =>
      overSeeds(
        runs.flatMap((run) => {
          const point = run.bn.at(-1);
          return (point && of(point)) ?? [];
        }),
        4,
      ),
    ),
  ]);
  const { config, commit } = result;
  return [
    markdown(['contestant', ...BATCH_NORM.map(([name]) => name)], rows),
    `${config.repeats} seeds, 64 test images, after the last epoch, commit ${commit}; 95 % intervals over the seeds (Student’s t). Means over all layers unless one is named.`,
  ];
}

/** Figures after the last epoch, on the images of the estimates; a run that did not measure one is left out. */
const LAST_EPOCH: readonly (readonly [
  string,
  (run: RunResult, config: RaceResult['config']) => number | null | undefined,
])[] = [
  ['training images, robust %', ({ curves }) => percent(curves.at(-1)?.trainRobust)],
  ['test images, robust %', ({ curves }) => percent(curves.at(-1)?.robust)],
  ['training less test', ({ curves }) => percent(less(curves.at(-1)?.trainRobust, curves.at(-1)?.robust))],
  [
    'best epoch less last',
    (run, config) => {
      const of = bestEpoch(run, config);
      return percent(less(of?.best.robust, of?.last.robust));
    },
  ],
  ['distance of z and z′', ({ curves }) => curves.at(-1)?.featureDistance],
];

const percent = (x: number | undefined) => (x === undefined ? undefined : 100 * x);
const less = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a - b;

/** A row for each contestant: robust overfitting, and the distance of clean and adversarial features. */
export function lastEpochTable([result]: readonly RaceResult[]): string[] {
  const rows = byContestant(withSeeds(result)).map(({ label, runs }) => [
    label,
    ...LAST_EPOCH.map(([name, of]) =>
      overSeeds(
        runs.flatMap((run) => of(run, result.config) ?? []),
        name.startsWith('distance') ? 3 : 1,
      ),
    ),
  ]);
  const { config, commit } = result;
  return [
    markdown(['contestant', ...LAST_EPOCH.map(([name]) => name)], rows),
    `${config.repeats} seeds, ${estimateImages(config)} training images and as many test images, commit ${commit}; 95 % intervals over the seeds (Student’s t).`,
  ];
}

/**
 * The accuracies through each of two BatchNorm sets, with a row for clean images and one for images attacked through
 * either set; then a table of the differences between the sets. Throws `UsageError` where none were measured.
 */
export function setsTable([result]: readonly RaceResult[]): string[] {
  const measured = inferenceSets(withSeeds(result));
  if (measured.length === 0) throw new UsageError('The result has no inference through both sets.');
  const [{ seeds, n }] = measured;
  const rows = measured.flatMap(({ label, rows: of }) =>
    of.map(({ images, throughClean, throughAdv }) => [label, images, throughClean, throughAdv]),
  );
  const differences = measured.map(({ label, difference }) => [
    label,
    differenceWords(difference.clean),
    differenceWords(difference.robust),
  ]);
  return [
    markdown(['contestant', 'images', 'through the clean set, %', 'through the adv set, %'], rows),
    `${seeds} seeds, ${n} test images, commit ${result.commit}; in brackets ${accuracyBand(seeds)}. Clean set less adv set, each attacked through itself, with an interval over the seeds (Student’s t):`,
    markdown(['contestant', 'clean, points', 'robust, points'], differences),
  ];
}

/** Attacks of a report that its table has, in this order. */
const REPORTED = ['clean', 'pgd-20', 'autoattack'];

/** A row for each model of the recorded report. Throws `UsageError` where the result has none. */
export function reportTable([result]: readonly RaceResult[]): string[] {
  const { report, commit } = result;
  if (!report) throw new UsageError('The result has no report.');
  const of = (attack: string) => report.rows.filter((row) => row.attack === attack);
  const columns = REPORTED.map((attack) => of(attack));
  if (columns.some((rows) => rows.length === 0))
    throw new UsageError(`The report needs rows for ${REPORTED.join(', ')}.`);
  const rows = columns[0].map(({ label }) => {
    const rowsOf = columns.map((column) => column.find((row) => row.label === label)!);
    const { interval } = rowsOf.at(-1)!;
    return [
      label,
      ...rowsOf.map(({ correct, n }) => `${correct}/${n}`),
      `${interval.map((end) => (100 * end).toFixed(0)).join(' to ')} %`,
    ];
  });
  const header = ['model', ...columns.map(([{ name }]) => name), '95 % interval of the last (Wilson)'];
  const minutes = of('autoattack').reduce((sum, row) => sum + row.seconds, 0) / 60;
  return [
    markdown(header, rows),
    `Models of commit ${commit}, seed ${result.config.seed}; the first ${columns[0][0].n} test images; AutoAttack took ${minutes.toFixed(0)} minutes on one core.`,
  ];
}
