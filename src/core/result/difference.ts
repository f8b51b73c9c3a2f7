/**
 * The difference between two contestants in one figure, paired by seed and, for accuracies, by image. It has two 95 %
 * intervals: Student's t over the seeds' differences, and a percentile bootstrap over the test images. The t interval
 * does not include the choice of test images, because all seeds are tested on the same ones.
 */
import { RandomStream } from '../random/random.ts';
import type { RunResult } from './results.ts';
import { spreadOf } from './spread.ts';
import { verdictsOf } from './verdicts.ts';

export type Interval = readonly [low: number, high: number];

export interface Difference {
  /** Mean of (first - second) over the seeds for which both contestants have the figure. */
  readonly mean: number;
  /** Number of these seeds. */
  readonly seeds: number;
  /** Null for one seed. */
  readonly overSeeds: Interval | null;
  /**
   * Null for figures other than accuracies, and if for some seed the two runs do not have verdicts on the same images.
   */
  readonly overImages: Interval | null;
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const T = [
  ...[12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228],
  ...[2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086],
  ...[2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042],
];
/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.95996;

/**
 * 97.5 % quantile of Student's t for `degrees` >= 1 degrees of freedom, an integer. Above 30 it is the normal quantile
 * z and the first term of the expansion in 1/degrees, (z^3 + z) / (4 degrees).
 */
export const studentT = (degrees: number): number => T[degrees - 1] ?? Z + (Z ** 3 + Z) / (4 * degrees);

/** 95 % interval of the mean by Student's t; null for fewer than two values. */
export function tInterval(values: readonly number[]): Interval | null {
  const s = spreadOf(values);
  if (!s || s.sd === null) return null;
  const half = (studentT(s.n - 1) * s.sd) / Math.sqrt(s.n);
  return [s.mean - half, s.mean + half];
}

const RESAMPLES = 1000;

/** For one seed, the differences between two networks' answers, image by image. */
export interface SeedDifferences {
  /** Name of the image set. Seeds with the same name were tested on the same images in the same order. */
  readonly images: string;
  /** 1 if only the first network is correct, -1 if only the second is, else 0; for a contrast, its weighted sum. */
  readonly byImage: readonly number[] | Int8Array;
}

/** The last resamples of one image set: most intervals of a page are over the same images and draw the same ones. */
let resamples: { images: number; counts: Uint16Array } | null = null;

const bootstrapStream = () => RandomStream.of(0, 'bootstrap over test images');

/** How often each of `images` images is in each of the 1,000 resamples: row by row. */
function resampleCounts(images: number): Uint16Array {
  if (resamples?.images !== images) {
    const stream = bootstrapStream();
    const counts = new Uint16Array(RESAMPLES * images);
    for (let r = 0; r < RESAMPLES; r++)
      for (let i = 0; i < images; i++) counts[r * images + stream.integer(images)]++;
    resamples = { images, counts };
  }
  return resamples.counts;
}

/** The sum of `values`, one for each image, in each resample. */
function resampledSums(values: Float64Array): number[] {
  const counts = resampleCounts(values.length);
  return Array.from({ length: RESAMPLES }, (_, r) => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += counts[r * values.length + i] * values[i];
    return sum;
  });
}

/** The same for several image sets, each resampled independently; a set's sum is divided by its number of images. */
function resampledMeans(sets: readonly Float64Array[]): number[] {
  const stream = bootstrapStream();
  return Array.from({ length: RESAMPLES }, () =>
    sets.reduce((mean, values) => {
      let sum = 0;
      for (let i = 0; i < values.length; i++) sum += values[stream.integer(values.length)];
      return mean + sum / values.length;
    }, 0),
  );
}

/**
 * 95 % percentile bootstrap interval of the mean over seeds and images, from 1,000 resamples of the images with
 * replacement, the same ones at each call. Seeds on the same images share each resample.
 */
export function bootstrapInterval(seeds: readonly SeedDifferences[]): Interval {
  const sets = new Map<string, Float64Array>();
  for (const { images, byImage } of seeds) {
    const key = `${images} ${byImage.length}`;
    const sums = sets.get(key) ?? new Float64Array(byImage.length);
    for (let i = 0; i < byImage.length; i++) sums[i] += byImage[i];
    sets.set(key, sums);
  }
  const [only, ...others] = sets.values();
  const means = (others.length === 0 ? resampledSums(only) : resampledMeans([only, ...others])).sort(
    (a, b) => a - b,
  );
  // Divided last: the sums of whole numbers are exact, and a bound of 0 is not a rounding error beside it.
  const divisor = seeds.length * (others.length === 0 ? only.length : 1);
  const tail = Math.floor(0.025 * RESAMPLES);
  return [means[tail] / divisor, means[RESAMPLES - 1 - tail] / divisor];
}

/** What a difference needs of a run. */
type Seeded = Pick<RunResult, 'seed' | 'final'>;

/** Pairs of the two contestants' runs with the same seed. */
function paired<Run extends Seeded>(a: readonly Run[], b: readonly Run[]): [Run, Run][] {
  return a.flatMap((run) => {
    const other = b.find(({ seed }) => seed === run.seed);
    return other ? [[run, other] as [Run, Run]] : [];
  });
}

/**
 * The difference a - b in `figure`, a number or null for each run, with the interval over seeds only. Null if the
 * contestants share no seed for which both have the figure.
 */
export function differenceIn<Run extends Seeded>(
  a: readonly Run[],
  b: readonly Run[],
  figure: (run: Run) => number | null,
): Difference | null {
  const values = paired(a, b).flatMap(([one, two]) => {
    const [x, y] = [figure(one), figure(two)];
    return x === null || y === null ? [] : [x - y];
  });
  const s = spreadOf(values);
  return s && { mean: s.mean, seeds: s.n, overSeeds: tInterval(values), overImages: null };
}

/** Null unless both runs have valid verdicts on the same images. */
function imageDifferences(a: Seeded, b: Seeded, of: 'clean' | 'robust'): SeedDifferences | null {
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
function intervalsOf([[one, two]]: readonly [Seeded, Seeded][]): Map<string, Interval> {
  const byOther = known.get(one.final!) ?? new WeakMap<Final, Map<string, Interval>>();
  known.set(one.final!, byOther);
  const intervals = byOther.get(two.final!) ?? new Map<string, Interval>();
  byOther.set(two.final!, intervals);
  return intervals;
}

/**
 * The difference a - b in final clean or robust accuracy, in [-1,1], with both intervals where they exist. Null if the
 * contestants share no seed for which both have a final result.
 */
export function accuracyDifference(
  a: readonly Seeded[],
  b: readonly Seeded[],
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

/** A contestant's part in a contrast: its figure is multiplied by `weight`. */
export interface Weighted {
  readonly runs: readonly RunResult[];
  readonly weight: number;
}

/**
 * The weighted sum of the contestants' figures, over the seeds for which all of them have it, with the intervals of a
 * difference. `accuracy` names the final accuracy that `figure` gives, for the interval over the test images, which
 * needs verdicts on the same images in all seeds. Null if there is no such seed.
 */
export function contrastIn(
  parts: readonly Weighted[],
  figure: (run: RunResult) => number | null,
  accuracy: 'clean' | 'robust' | null,
): Difference | null {
  const rows = (parts[0]?.runs ?? []).flatMap(({ seed }) => {
    const runs = parts.flatMap((part) => part.runs.find((run) => run.seed === seed) ?? []);
    const figures = runs.flatMap((run) => figure(run) ?? []);
    if (figures.length < parts.length) return [];
    return [{ runs, value: figures.reduce((sum, x, i) => sum + parts[i].weight * x, 0) }];
  });
  const values = rows.map(({ value }) => value);
  const s = spreadOf(values);
  if (!s) return null;
  const overImages = accuracy && contrastOverImages(parts, rows, accuracy);
  return { mean: s.mean, seeds: s.n, overSeeds: tInterval(values), overImages };
}

/** Null unless within each seed all runs have valid verdicts on the same images. */
function contrastOverImages(
  parts: readonly Weighted[],
  rows: readonly { readonly runs: readonly RunResult[] }[],
  of: 'clean' | 'robust',
): Interval | null {
  const seeds = rows.flatMap(({ runs }): SeedDifferences[] => {
    const verdicts = runs.flatMap((run) => (run.final && verdictsOf(run.final, of)) ?? []);
    const [first] = verdicts;
    const alike = ({ images, right }: typeof first) =>
      images === first.images && right.length === first.right.length;
    if (verdicts.length < parts.length || !verdicts.every(alike)) return [];
    const weighted = (i: number) =>
      verdicts.reduce((sum, { right }, p) => sum + parts[p].weight * right[i], 0);
    return [{ images: first.images, byImage: Array.from(first.right, (_, i) => weighted(i)) }];
  });
  return seeds.length < rows.length ? null : bootstrapInterval(seeds);
}

/** The smallest interval that contains both intervals; null if there is none. */
export function widest({ overSeeds, overImages }: Difference): Interval | null {
  const all = [overSeeds, overImages].filter((i) => i !== null);
  if (all.length === 0) return null;
  return [Math.min(...all.map(([low]) => low)), Math.max(...all.map(([, high]) => high))];
}

/** The sign of a difference that its widest interval supports: `none` if this holds 0, `unknown` without intervals. */
export function verdictOn(difference: Difference): 'higher' | 'lower' | 'none' | 'unknown' {
  const interval = widest(difference);
  if (!interval) return 'unknown';
  if (interval[0] > 0) return 'higher';
  return interval[1] < 0 ? 'lower' : 'none';
}
