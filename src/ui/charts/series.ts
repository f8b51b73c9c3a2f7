/** The curves of a race as charts draw them: per contestant the mean over its seeds with a band. */
import type { RunResult } from '../../core/result/results.ts';
import { identityOf, stylesOf } from './identity.ts';
import type { ContestantStyle } from './styles.ts';
import {
  accuracyBand,
  bandOf,
  bandWords,
  byContestant,
  type BandPoint,
  type SeedRuns,
} from '../../core/result/spread.ts';

/**
 * A figure of a run over epochs or steps. `points` must return the same object for the same measurement, and a new
 * object for a changed one, because `sameCurve` compares the last points by identity.
 */
export interface Curve<T = unknown> {
  readonly points: (run: RunResult) => readonly T[];
  readonly x: (point: T) => number;
  readonly y: (point: T) => number;
  /** Given if `y` is an accuracy in per cent: the number of images that a point counts. */
  readonly images?: (point: T) => number;
}

export interface Series {
  readonly label: string;
  readonly style: ContestantStyle;
  readonly points: readonly BandPoint[];
}

/** About a point every three pixels: more would not be seen. */
const LIMIT = 160;

/**
 * Indices to draw of curves of these lengths: every index, or every second, fourth, … so that about `limit` remain at
 * most, and the last of each curve. All curves share the indices, so that each mean is over all seeds that have the
 * point. Strides are powers of two, so that drawn points stay in place while the curves grow.
 */
export function drawnIndices(lengths: readonly number[], limit = LIMIT): number[] {
  const longest = Math.max(0, ...lengths);
  let stride = 1;
  while (longest / stride > limit) stride *= 2;
  const indices = new Set(lengths.filter((n) => n > 0).map((n) => n - 1));
  for (let i = 0; i < longest; i += stride) indices.add(i);
  return [...indices].sort((a, b) => a - b);
}

/** Mean and band of one contestant's curves, thinned to what a chart can show. */
export function seriesOfSeeds<T>(
  { runs }: Pick<SeedRuns, 'runs'>,
  { points, x, y, images }: Curve<T>,
): BandPoint[] {
  const curves = runs.map(points);
  const indices = drawnIndices(curves.map((c) => c.length));
  return bandOf(
    curves.map((curve) =>
      indices
        .filter((i) => i < curve.length)
        .map((i) => ({
          x: x(curve[i]),
          y: y(curve[i]),
          ...(images && { images: images(curve[i]) }),
        })),
    ),
  );
}

/** One series per contestant that has a point. Styles are chosen among all, so that a first point changes no style. */
export function seriesOf<T>(runs: readonly RunResult[], curve: Curve<T>): Series[] {
  const contestants = byContestant(runs);
  const styles = stylesOf(contestants);
  return contestants
    .map((c, i) => ({ label: c.label, style: styles[i], points: seriesOfSeeds(c, curve) }))
    .filter((s) => s.points.length > 0);
}

/**
 * Whether two states of a race have the same points of a curve. Compares only lengths and last points, because points
 * are appended and never changed in place.
 */
export function sameCurve(
  a: readonly RunResult[],
  b: readonly RunResult[],
  points: (run: RunResult) => readonly unknown[],
): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every((run, i) => {
      const other = b[i];
      if (run === other) return true;
      const mine = points(run);
      const theirs = points(other);
      return (
        run.label === other.label &&
        run.seed === other.seed &&
        identityOf(run) === identityOf(other) &&
        mine.length === theirs.length &&
        mine.at(-1) === theirs.at(-1)
      );
    })
  );
}

/** Round ends of an axis from 0, each times a power of ten. */
const EVEN_ENDS = [1, 1.2, 1.6, 2, 2.4, 2.8, 3.2, 4, 5, 6, 8, 10];

/**
 * A round number at or a little above `last`, at least 4. An axis that ends there does not change whenever a point is
 * added.
 */
export function evenEnd(last: number): number {
  if (last <= 4) return 4;
  const ten = 10 ** Math.floor(Math.log10(last));
  // 10 ** n may be off by a rounding error, and so may its products.
  return Math.round(ten * (EVEN_ENDS.find((end) => end * ten >= last - 1e-9 * ten) ?? 10));
}

/** Integer ticks at equal distances from 0 to `end`; undefined if `end` is 0 or not divisible by 4, 3 or 2. */
export function evenTicks(end: number): number[] | undefined {
  const parts = [4, 3, 2].find((n) => end > 0 && Number.isInteger(end / n));
  return parts === undefined ? undefined : Array.from({ length: parts + 1 }, (_, i) => (i * end) / parts);
}

/** Round distances between ticks, each times a power of ten. */
const ROUND_STEPS = [1, 2, 2.5, 5, 10];

/** Ticks from 0 in at most five equal round steps; the last is at or a little above `last`, which must exceed 0. */
export function roundTicks(last: number): number[] {
  const ten = 10 ** Math.floor(Math.log10(last / 5));
  // 10 ** n may be off by a rounding error, and so may its products.
  const step = ten * ROUND_STEPS.find((s) => s * ten >= last / 5 - 1e-9 * ten)!;
  const parts = Math.ceil(last / step - 1e-9);
  return Array.from({ length: parts + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** The largest number of seeds that any contestant has runs of. */
export const seedsOf = (runs: readonly RunResult[]): number =>
  Math.max(0, ...byContestant(runs).map((c) => c.runs.length));

/** A sentence that explains the lines and bands of accuracies. */
export function accuracyWords(runs: readonly RunResult[]): string {
  const seeds = seedsOf(runs);
  return `${seeds > 1 ? `Lines: mean of ${seeds} seeds; bands` : 'Bands'} and bars: ${accuracyBand(seeds)}.`;
}

/** A sentence that explains lines and bands of other figures; null while no contestant has runs of two seeds. */
export const seedWords = (runs: readonly RunResult[]): string | null => bandWords(seedsOf(runs));
