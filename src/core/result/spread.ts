/** Mean and spread over the seeds of a race, for charts, tables and the command line. */
import type { MethodId, Switches } from '../settings/config.ts';
import type { RaceResult, RunResult } from './results.ts';
import { wilsonInterval } from './wilson.ts';

export interface Spread {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (divisor n - 1); null for one value. */
  readonly sd: number | null;
  readonly min: number;
  readonly max: number;
}

/** Statistics of finite values; null if there are none. */
export function spreadOf(values: readonly number[]): Spread | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const sd = n < 2 ? null : Math.sqrt(squares / (n - 1));
  return { n, mean, sd, min: Math.min(...values), max: Math.max(...values) };
}

/** A contestant with its runs. */
export interface SeedRuns {
  readonly label: string;
  readonly method: MethodId;
  readonly switches: Switches;
  readonly style?: number;
  /** One run for each seed, in the order of the race's runs; at least one. */
  readonly runs: readonly RunResult[];
}

/** The runs of a result, each with its seed: those of a race of one seed have none of their own. */
export const withSeeds = ({ config, runs }: Pick<RaceResult, 'config' | 'runs'>): RunResult[] =>
  runs.map((run) => ({ ...run, seed: run.seed ?? config.seed }));

/** Runs grouped by label. The groups are in the order in which their labels first occur. */
export function byContestant(runs: readonly RunResult[]): SeedRuns[] {
  const groups = new Map<string, RunResult[]>();
  for (const run of runs) groups.set(run.label, [...(groups.get(run.label) ?? []), run]);
  return [...groups].map(([label, of]) => ({
    label,
    method: of[0].method,
    switches: of[0].switches,
    ...(of[0].style !== undefined && { style: of[0].style }),
    runs: of,
  }));
}

/** The failure text of each failed run, with its seed if the race is repeated over seeds. */
export const failuresOf = (runs: readonly RunResult[]): string[] =>
  runs.flatMap(({ failure, seed }) =>
    failure === undefined ? [] : [seed === undefined ? failure : `Seed ${seed}: ${failure}`],
  );

/**
 * One sentence that says on which devices a resumed race was computed; an empty list if all of it was computed on one.
 */
export function earlierText({ earlier = [], device }: Pick<RaceResult, 'earlier' | 'device'>): string[] {
  if (earlier.length === 0) return [];
  const parts = earlier.map((part) => `up to step ${part.steps} on ${part.device}`);
  return [
    `Computed ${parts.join(', ')}, then on ${device}; steps are counted over all contestants and seeds.`,
  ];
}

/** Whether the runs of all contestants and seeds have failed, so that resuming the race would repeat the failures. */
export const everyRunFailed = ({ config, runs }: RaceResult): boolean =>
  runs.length === config.contestants.length * config.repeats && runs.every((r) => r.failure !== undefined);

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Present if `y` is an accuracy in per cent: the number of images it counts. */
  readonly images?: number;
}

export interface BandPoint extends Pick<Point, 'x' | 'y'> {
  /** Lower end of the band around `y`, the mean; `y` for a single value that is not an accuracy. */
  readonly low: number;
  /** Upper end of the band. */
  readonly high: number;
  /** Number of values whose mean is `y`. */
  readonly n: number;
  /** Number of images in each value, if it is the same for all. */
  readonly images?: number;
}

/** With at least this many values a band is the mean ± one standard deviation; with fewer, lowest to highest value. */
export const SD_FROM = 3;

const spreadWords = (seeds: number): string =>
  seeds < SD_FROM ? 'from the lower to the higher of the two' : '± one standard deviation over the seeds';

/** A sentence on what the band over `seeds` seeds shows; null for fewer than two seeds. */
export const bandWords = (seeds: number): string | null =>
  seeds < 2 ? null : `Lines: mean of ${seeds} seeds; band: ${spreadWords(seeds)}.`;

/** What the band of an accuracy shows, in words. */
export const accuracyBand = (seeds: number): string =>
  seeds < 2
    ? '95 % interval (Wilson) on the number of images'
    : `${spreadWords(seeds)} or, where it reaches further, the 95 % interval (Wilson) of the mean on the images, which all seeds share`;

/**
 * Mean and band at every x of the curves, by ascending x. Each is over the curves that have a point at this x; a curve
 * has at most one. The band is the spread over the seeds; for accuracies it also covers the Wilson interval of the mean
 * on the images of one seed, because all seeds are tested on the same ones.
 */
export function bandOf(curves: readonly (readonly Point[])[]): BandPoint[] {
  const byX = new Map<number, Point[]>();
  for (const point of curves.flat()) byX.set(point.x, [...(byX.get(point.x) ?? []), point]);
  return [...byX]
    .sort(([a], [b]) => a - b)
    .map(([x, points]) => {
      const { n, mean, sd, min, max } = spreadOf(points.map((p) => p.y))!;
      const half = n < SD_FROM ? null : sd!;
      const spread = half === null ? [min, max] : [mean - half, mean + half];
      const images = points.flatMap((p) => p.images ?? []);
      const fewest = Math.min(...images);
      const counted = images.length === n && images.every((k) => k === fewest) && { images: fewest };
      const [low, high] =
        images.length === n ? wilsonInterval((mean / 100) * fewest, fewest).map((end) => 100 * end) : spread;
      return { x, y: mean, n, low: Math.min(low, spread[0]), high: Math.max(high, spread[1]), ...counted };
    });
}

/** A final result's attack in words; for several seeds with `seed of each run` in place of the attack's seed. */
export const attackText = (attack: string, seeds: number): string =>
  seeds > 1 ? attack.replace(/, seed \d+$/, ', seed of each run') : attack;

/** Mean ± sample standard deviation times `scale`, e.g. `51.2 ± 0.8`; `51.2` for one value, a dash for none. */
export function spreadText(values: readonly number[], digits: number, scale = 1): string {
  const s = spreadOf(values);
  if (!s) return '–';
  const text = (x: number) => (scale * x).toFixed(digits);
  return s.sd === null ? text(s.mean) : `${text(s.mean)} ± ${text(s.sd)}`;
}
