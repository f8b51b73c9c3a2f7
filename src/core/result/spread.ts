/** Mean and spread over the seeds of a race: for charts, tables and the command line. */
import type { MethodId, Switches } from '../settings/config.ts';
import type { RaceResult, RunResult } from './results.ts';

export interface Spread {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (divisor n - 1); null for fewer than two values. */
  readonly sd: number | null;
  readonly min: number;
  readonly max: number;
}

/** Null for no values. */
export function spreadOf(values: readonly number[]): Spread | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const sd = n < 2 ? null : Math.sqrt(squares / (n - 1));
  return { n, mean, sd, min: Math.min(...values), max: Math.max(...values) };
}

/** A contestant with its runs, one per seed. */
export interface SeedRuns {
  readonly label: string;
  readonly method: MethodId;
  readonly switches: Switches;
  /** At least one, in the order of the seeds. */
  readonly runs: readonly RunResult[];
}

/** Runs grouped by label, in the order in which the labels first occur: the contestants' order. */
export function byContestant(runs: readonly RunResult[]): SeedRuns[] {
  const groups = new Map<string, RunResult[]>();
  for (const run of runs) groups.set(run.label, [...(groups.get(run.label) ?? []), run]);
  return [...groups].map(([label, of]) => ({
    label,
    method: of[0].method,
    switches: of[0].switches,
    runs: of,
  }));
}

/** One sentence for each run that ended before its time, with its seed where there are several. */
export const failuresOf = (runs: readonly RunResult[]): string[] =>
  runs.flatMap(({ failure, seed }) =>
    failure === undefined ? [] : [seed === undefined ? failure : `Seed ${seed}: ${failure}`],
  );

/** One sentence that says where a race was computed before it was resumed on another device; none where it was not. */
export function earlierText({ earlier = [], device }: Pick<RaceResult, 'earlier' | 'device'>): string[] {
  if (earlier.length === 0) return [];
  const parts = earlier.map((part) => `up to step ${part.steps} on ${part.device}`);
  return [
    `Computed ${parts.join(', ')}, then on ${device}; steps are counted over all contestants and seeds.`,
  ];
}

/** Whether every run of every contestant and seed ended by a failure of its own: going on would only repeat them. */
export const everyRunFailed = ({ config, runs }: RaceResult): boolean =>
  runs.length === config.contestants.length * config.repeats && runs.every((r) => r.failure !== undefined);

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Of this one measurement. */
  readonly interval?: readonly [number, number];
  /** Test images that were counted, of an accuracy. */
  readonly images?: number;
}

export interface BandPoint extends Pick<Point, 'x' | 'y'> {
  /** Ends of the band round `y`, the mean; for one value those of its interval, or equal to it. */
  readonly low: number;
  readonly high: number;
  /** Values of which this is the mean. */
  readonly n: number;
  /** Test images that each value counts, where all count as many. */
  readonly images?: number;
}

/**
 * Seeds from which on a band is the mean ± one standard deviation; below, it reaches from the lowest to the highest
 * value.
 */
export const SD_FROM = 3;

/** What a band stands for, in words; null where there is none. */
export function bandWords(seeds: number): string | null {
  if (seeds < 2) return null;
  return seeds < SD_FROM
    ? `Lines: mean of ${seeds} seeds; band: from the lower to the higher of the two.`
    : `Lines: mean of ${seeds} seeds; band: ± one standard deviation over the seeds.`;
}

/**
 * Mean and band over several curves at every x that any of them has, ascending; the mean is over those that have it.
 */
export function bandOf(curves: readonly (readonly Point[])[]): BandPoint[] {
  const byX = new Map<number, Point[]>();
  for (const point of curves.flat()) byX.set(point.x, [...(byX.get(point.x) ?? []), point]);
  return [...byX]
    .sort(([a], [b]) => a - b)
    .map(([x, points]) => {
      const { n, mean, sd, min, max } = spreadOf(points.map((p) => p.y))!;
      const { interval, images } = points[0];
      const counted = images !== undefined && points.every((p) => p.images === images) && { images };
      if (n === 1 && interval) return { x, y: mean, n, low: interval[0], high: interval[1], ...counted };
      const half = n < SD_FROM ? null : sd!;
      return {
        x,
        y: mean,
        n,
        low: half === null ? min : mean - half,
        high: half === null ? max : mean + half,
        ...counted,
      };
    });
}

/** The attack of a final result; over several seeds the attack's own seed is each run's. */
export const attackText = (attack: string, seeds: number): string =>
  seeds > 1 ? attack.replace(/, seed \d+$/, ', seed of each run') : attack;

/** `51.2`, or over seeds `51.2 ± 0.8`; a dash for no values. */
export function spreadText(values: readonly number[], digits: number, scale = 1): string {
  const s = spreadOf(values);
  if (!s) return '–';
  const text = (x: number) => (scale * x).toFixed(digits);
  return s.sd === null ? text(s.mean) : `${text(s.mean)} ± ${text(s.sd)}`;
}
