/** The contestants as rungs: what each reached, and by how much that differs from the rung before. */
import { meanConflict } from '../../core/result/conflict-mean.ts';
import { meanRunningDistance, meanThroughSet } from '../../core/result/bn-distance.ts';
import { accuracyDifference, differenceIn, type Difference } from '../../core/result/difference.ts';
import type { RunResult } from '../../core/result/results.ts';
import { differenceWords } from '../race/differences.ts';
import { byContestant, spreadText, type SeedRuns } from '../../core/result/spread.ts';

const known = (values: readonly (number | null)[]): number[] => values.filter((x) => x !== null);

/** One figure of a rung per seed; empty where it was not measured. */
export interface Measure {
  readonly id: 'clean' | 'robust' | 'cosine' | 'ratio' | 'batch' | 'running';
  readonly title: string;
  /** Digits after the point, and the factor it is shown with (100: per cent). */
  readonly digits: number;
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
    title: 'BN distance, two sets',
    digits: 3,
    scale: 1,
    of: (r) => (r.bn.length > 0 ? meanRunningDistance(r.bn.at(-1)!) : null),
  },
];

export interface Cell {
  readonly values: readonly number[];
  /** Of this rung less the rung before, paired by seed; null on the first and where no seed of both has the figure. */
  readonly difference: Difference | null;
}

export interface Rung {
  readonly label: string;
  /** Seeds that the figures are of: those that are over; while none is, all. */
  readonly n: number;
  readonly cells: readonly Cell[];
}

/** A figure of a seed in its midst says less than those of the seeds that are over. */
function settled({ runs }: SeedRuns): readonly RunResult[] {
  const over = runs.filter((r) => r.final);
  return over.length > 0 ? over : runs;
}

const valuesOf = (runs: readonly RunResult[], { of }: Measure) => known(runs.map(of));

/** An accuracy that both have from their final evaluations is compared image by image, too. */
const differenceOf = (
  a: readonly RunResult[],
  b: readonly RunResult[],
  { id, of }: Measure,
): Difference | null =>
  ((id === 'clean' || id === 'robust') && accuracyDifference(a, b, id)) || differenceIn(a, b, of);

/** In the order of the race; one cell per measure of `MEASURES`. */
export function rungsOf(runs: readonly RunResult[]): Rung[] {
  const contestants = byContestant(runs).map((c) => ({ label: c.label, runs: settled(c) }));
  return contestants.map((c, i) => ({
    label: c.label,
    n: c.runs.length,
    cells: MEASURES.map((measure) => {
      const values = valuesOf(c.runs, measure);
      const before = i === 0 ? null : contestants[i - 1].runs;
      return { values, difference: before && differenceOf(c.runs, before, measure) };
    }),
  }));
}

/**
 * `51.2`, over seeds `51.2 ± 0.8`, and `51.2 ± 0.8 (n = 2)` where fewer of the rung's `n` seeds have the figure; a
 * dash for none.
 */
export function cellText({ values }: Cell, { digits, scale }: Measure, n: number): string {
  const figure = spreadText(values, digits, scale).replace('-', '−');
  return values.length > 0 && values.length < n ? `${figure} (n = ${values.length})` : figure;
}

/** In the digits of the measure: `differenceWords`. */
export const differenceText = (difference: Difference, { digits, scale }: Measure): string =>
  differenceWords(difference, scale, digits);
