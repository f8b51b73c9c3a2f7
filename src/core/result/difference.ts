/**
 * The difference of two contestants in one figure, paired: seed by seed, and for accuracies image by image. Two 95 %
 * intervals, because two things vary: over seeds (Student's t of the seeds' differences), and over test images
 * (percentile bootstrap, since all seeds share the images and a t interval does not see which were drawn).
 */
import { RandomStream } from '../random/random.ts';
import type { RunResult } from './results.ts';
import { spreadOf } from './spread.ts';
import { verdictsOf } from './verdicts.ts';

export type Interval = readonly [low: number, high: number];

export interface Difference {
  /** Mean over the seeds that both have of the first less the second. */
  readonly mean: number;
  readonly seeds: number;
  /** Null for one seed. */
  readonly overSeeds: Interval | null;
  /** Null where a run carries no verdict per image. */
  readonly overImages: Interval | null;
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const T = [
  ...[12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228],
  ...[2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086],
  ...[2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042],
];
const Z = 1.95996;

/** 97.5 % quantile of Student's t; above 30 degrees of freedom the first term of its expansion in 1/degrees. */
export const studentT = (degrees: number): number => T[degrees - 1] ?? Z + (Z ** 3 + Z) / (4 * degrees);

/** 95 % interval of the mean; null for fewer than two values. */
export function tInterval(values: readonly number[]): Interval | null {
  const s = spreadOf(values);
  if (!s || s.sd === null) return null;
  const half = (studentT(s.n - 1) * s.sd) / Math.sqrt(s.n);
  return [s.mean - half, s.mean + half];
}

const RESAMPLES = 1000;

/** Differences in {-1, 0, 1} of one seed, image by image. */
export interface SeedDifferences {
  /** Seeds with one name were judged on the same images in the same order. */
  readonly images: string;
  readonly byImage: readonly number[] | Int8Array;
}

/**
 * 95 % percentile interval of the mean over seeds and images, images drawn with replacement: one draw for all seeds
 * that share their images. The draws are the same every time.
 */
export function bootstrapInterval(
  seeds: readonly SeedDifferences[],
  stream = RandomStream.of(0, 'bootstrap over test images'),
): Interval {
  const groups = new Map<string, Float64Array>();
  for (const { images, byImage } of seeds) {
    const key = `${images} ${byImage.length}`;
    const sums = groups.get(key) ?? new Float64Array(byImage.length);
    for (let i = 0; i < byImage.length; i++) sums[i] += byImage[i] / byImage.length / seeds.length;
    groups.set(key, sums);
  }
  const means = Array.from({ length: RESAMPLES }, () => {
    let mean = 0;
    for (const sums of groups.values())
      for (let i = 0; i < sums.length; i++) mean += sums[stream.integer(sums.length)];
    return mean;
  }).sort((a, b) => a - b);
  const tail = Math.floor(0.025 * RESAMPLES);
  return [means[tail], means[RESAMPLES - 1 - tail]];
}

/** Runs of both contestants by seed, those of seeds that both have. */
function paired(a: readonly RunResult[], b: readonly RunResult[]): [RunResult, RunResult][] {
  return a.flatMap((run) => {
    const other = b.find(({ seed }) => seed === run.seed);
    return other ? [[run, other] as [RunResult, RunResult]] : [];
  });
}

/** Of any figure of a run; null where the two contestants have no seed with it in common. */
export function differenceIn(
  a: readonly RunResult[],
  b: readonly RunResult[],
  figure: (run: RunResult) => number | null,
): Difference | null {
  const values = paired(a, b).flatMap(([one, two]) => {
    const [x, y] = [figure(one), figure(two)];
    return x === null || y === null ? [] : [x - y];
  });
  const s = spreadOf(values);
  return s && { mean: s.mean, seeds: s.n, overSeeds: tInterval(values), overImages: null };
}

function imageDifferences(a: RunResult, b: RunResult, of: 'clean' | 'robust'): SeedDifferences | null {
  const one = a.final && verdictsOf(a.final, of);
  const two = b.final && verdictsOf(b.final, of);
  if (!one || !two || one.images !== two.images || one.right.length !== two.right.length) return null;
  return { images: one.images, byImage: Int8Array.from(one.right, (right, i) => right - two.right[i]) };
}

type Final = NonNullable<RunResult['final']>;

/**
 * Bootstrap intervals by the first seed's final results of both contestants, so that none is computed again each time
 * that it is shown.
 */
const known = new WeakMap<Final, WeakMap<Final, Map<string, Interval>>>();

/** The intervals known of `pairs`, by figure and number of seeds. */
function intervalsOf([[one, two]]: readonly [RunResult, RunResult][]): Map<string, Interval> {
  const byOther = known.get(one.final!) ?? new WeakMap<Final, Map<string, Interval>>();
  known.set(one.final!, byOther);
  const intervals = byOther.get(two.final!) ?? new Map<string, Interval>();
  byOther.set(two.final!, intervals);
  return intervals;
}

/** Of the final accuracy. */
export function accuracyDifference(
  a: readonly RunResult[],
  b: readonly RunResult[],
  of: 'clean' | 'robust',
): Difference | null {
  const difference = differenceIn(a, b, (run) => run.final?.[of] ?? null);
  const pairs = paired(a, b).filter(([one, two]) => one.final && two.final);
  if (!difference || pairs.length === 0) return null;
  const seeds = pairs.flatMap(([one, two]) => imageDifferences(one, two, of) ?? []);
  if (seeds.length < pairs.length) return difference;
  const intervals = intervalsOf(pairs);
  const key = `${of} ${pairs.length}`;
  const overImages = intervals.get(key) ?? bootstrapInterval(seeds);
  intervals.set(key, overImages);
  return { ...difference, overImages };
}

/** From the lower end of both intervals to the higher; null where there is none. */
export function widest({ overSeeds, overImages }: Difference): Interval | null {
  const all = [overSeeds, overImages].filter((i) => i !== null);
  if (all.length === 0) return null;
  return [Math.min(...all.map(([low]) => low)), Math.max(...all.map(([, high]) => high))];
}

/** What may be said of a difference: `none` where an interval holds 0, `unknown` where there is no interval. */
export function verdictOn(difference: Difference): 'higher' | 'lower' | 'none' | 'unknown' {
  const interval = widest(difference);
  if (!interval) return 'unknown';
  if (interval[0] > 0) return 'higher';
  return interval[1] < 0 ? 'lower' : 'none';
}
