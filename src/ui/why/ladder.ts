/** The rows of the ladder table: the figures of each contestant and their differences from the contestant before. */
import { meanConflict } from '../../core/result/conflict-mean.ts';
import { meanAffineDistance, meanRunningDistance, meanThroughSet } from '../../core/result/bn-distance.ts';
import { accuracyDifference, differenceIn, type Difference } from '../../core/result/difference.ts';
import { latestAccuracies } from '../../core/result/accuracies.ts';
import type { RaceResult, RunResult } from '../../core/result/results.ts';
import { differenceWords } from '../race/differences.ts';
import { byContestant, spreadText, type SeedRuns } from '../../core/result/spread.ts';
import { countText } from '../shared/format.ts';

const known = (values: readonly (number | null)[]): number[] => values.filter((x) => x !== null);

/** A column of the table. `of` gives the figure of one run (one seed), or null if it was not measured. */
export interface Measure {
  readonly id: 'clean' | 'robust' | 'cosine' | 'ratio' | 'batch' | 'running' | 'affine';
  readonly title: string;
  /** Digits after the decimal point. */
  readonly digits: number;
  /** Factor applied before display: 100 for per cent. */
  readonly scale: number;
  readonly of: (run: RunResult) => number | null;
}

const accuracy = (run: RunResult) => run.final ?? run.curves.at(-1) ?? null;

export const MEASURES: readonly Measure[] = [
  { id: 'clean', title: 'Clean (%)', digits: 1, scale: 100, of: (r) => accuracy(r)?.clean ?? null },
  { id: 'robust', title: 'Robust (%)', digits: 1, scale: 100, of: (r) => accuracy(r)?.robust ?? null },
  {
    id: 'cosine',
    title: 'Gradient cosine',
    digits: 2,
    scale: 1,
    of: (r) => meanConflict(r)?.cosine ?? null,
  },
  {
    id: 'ratio',
    title: 'Conflict ratio (%)',
    digits: 1,
    scale: 100,
    of: (r) => meanConflict(r)?.ratio ?? null,
  },
  {
    id: 'batch',
    title: 'BN distance, x and x′',
    digits: 3,
    scale: 1,
    of: (r) => (r.bn.length > 0 ? meanThroughSet(r.bn.at(-1)!, 'adv') : null),
  },
  {
    id: 'running',
    title: 'BN distance, two sets’ statistics',
    digits: 3,
    scale: 1,
    of: (r) => (r.bn.length > 0 ? meanRunningDistance(r.bn.at(-1)!) : null),
  },
  {
    id: 'affine',
    title: 'BN distance, two sets’ affine parameters',
    digits: 3,
    scale: 1,
    of: (r) => (r.bn.length > 0 ? meanAffineDistance(r.bn.at(-1)!) : null),
  },
];

export interface Cell {
  readonly values: readonly number[];
  /**
   * This row less the row before, paired by seed; null in the first row and if the two share no seed with the figure.
   */
  readonly difference: Difference | null;
}

export interface Rung {
  readonly label: string;
  /** Number of seeds used: those with a final evaluation, or all seeds while none has one. */
  readonly n: number;
  /** The test images that the accuracies count: `800`; of estimates before the end `128, estimate after epoch 3`. */
  readonly images: string;
  readonly cells: readonly Cell[];
}

/** The runs with a final evaluation, or all runs while none has one: unfinished runs would distort the mean. */
function settled({ runs }: SeedRuns): readonly RunResult[] {
  const over = runs.filter((r) => r.final);
  return over.length > 0 ? over : runs;
}

const valuesOf = (runs: readonly RunResult[], { of }: Measure) => known(runs.map(of));

/** Accuracies are compared once both contestants have a final evaluation: an estimate is of fewer images. */
const differenceOf = (
  a: readonly RunResult[],
  b: readonly RunResult[],
  { id, of }: Measure,
): Difference | null =>
  id === 'clean' || id === 'robust' ? accuracyDifference(a, b, id) : differenceIn(a, b, of);

function imagesWords(runs: readonly RunResult[], config: RaceResult['config']): string {
  const points = runs.flatMap((run) => latestAccuracies(run, config) ?? []);
  if (points.length === 0) return '–';
  const images = countText(points.map((p) => p.n));
  if (runs.some((run) => run.final)) return images;
  return `${images}, estimate after epoch ${countText(points.map((p) => p.epoch))}`;
}

/** One rung per contestant, in the order of the race, with one cell per entry of `MEASURES`. */
export function rungsOf({ runs, config }: Pick<RaceResult, 'runs' | 'config'>): Rung[] {
  const contestants = byContestant(runs).map((c) => ({ label: c.label, runs: settled(c) }));
  return contestants.map((c, i) => ({
    label: c.label,
    n: c.runs.length,
    images: imagesWords(c.runs, config),
    cells: MEASURES.map((measure) => {
      const values = valuesOf(c.runs, measure);
      const before = i === 0 ? null : contestants[i - 1].runs;
      return { values, difference: before && differenceOf(c.runs, before, measure) };
    }),
  }));
}

/**
 * `51.2` for one seed, `51.2 ± 0.8` for several, `51.2 ± 0.8 (n = 2)` if only 2 of the rung's `n` seeds have the
 * figure, and a dash if none has it.
 */
export function cellText({ values }: Cell, { digits, scale }: Measure, n: number): string {
  const figure = spreadText(values, digits, scale).replace('-', '−');
  return values.length > 0 && values.length < n ? `${figure} (n = ${values.length})` : figure;
}

/** `differenceWords` with the scale and digits of the measure. */
export const differenceText = (difference: Difference, { digits, scale }: Measure): string =>
  differenceWords(difference, scale, digits);
