/** Differences in final accuracy between one contestant and each other one, and their wording. */
import {
  accuracyDifference,
  verdictOn,
  widest,
  type Difference,
  type Interval,
} from '../../core/result/difference.ts';
import { byContestant } from '../../core/result/spread.ts';
import type { RunResult } from '../../core/result/results.ts';

export interface DifferenceRow {
  readonly label: string;
  readonly clean: Difference | null;
  readonly robust: Difference | null;
}

/**
 * One row per contestant except `reference`, each figure less that of `reference`. A figure is null if the two
 * contestants have no seed in common that has it.
 */
export function differenceRows(runs: readonly RunResult[], reference: string): DifferenceRow[] {
  const contestants = byContestant(runs);
  const base = contestants.find((c) => c.label === reference)?.runs ?? [];
  return contestants
    .filter((c) => c.label !== reference)
    .map(({ label, runs: of }) => ({
      label,
      clean: accuracyDifference(of, base, 'clean'),
      robust: accuracyDifference(of, base, 'robust'),
    }));
}

/** Digits added at most to a number that would be rounded to 0. */
const MORE_DIGITS = 4;

/** `+4.3`; a number that `digits` digits would round to 0 gets as many more as show its sign: `−0.04`, not `0.0`. */
function signed(x: number, digits: number): string {
  for (let more = 0; more <= MORE_DIGITS; more++) {
    const text = Math.abs(x).toFixed(digits + more);
    if (Number(text) !== 0) return (x > 0 ? '+' : '−') + text;
  }
  return (0).toFixed(digits);
}
const between = ([low, high]: Interval, scale: number, digits: number): string =>
  `${signed(scale * low, digits)} to ${signed(scale * high, digits)}`;

/**
 * `+4.3 (+1.2 to +7.4)`; `none (−1.9 to +2.2)` if the interval contains 0; `+4.3 (no interval)` if there is no
 * interval; `–` for null. The interval is the smallest that covers both the one over seeds and the one over images.
 */
export function differenceWords(difference: Difference | null, scale = 100, digits = 1): string {
  if (!difference) return '–';
  const interval = widest(difference);
  const mean = signed(scale * difference.mean, digits);
  if (!interval) return `${mean} (no interval)`;
  const words = `(${between(interval, scale, digits)})`;
  return verdictOn(difference) === 'none' ? `none ${words}` : `${mean} ${words}`;
}

/** Sentences for the page: whether the intervals of `differences` are over seeds, over test images, or over both. */
export function intervalWords(differences: readonly (Difference | null)[]): string {
  const all = differences.filter((d) => d !== null);
  const seeds = all.some((d) => d.overSeeds);
  const images = all.some((d) => d.overImages);
  if (!seeds && !images)
    return 'This result has one seed and no verdict per test image, so that a difference has no interval and may be chance.';
  const over = [
    seeds ? 'over the seeds (Student’s t of paired differences)' : '',
    images ? 'over the test images (bootstrap)' : '',
  ].filter(Boolean);
  const missing = !seeds
    ? ' With one seed it does not cover what another seed would change.'
    : !images
      ? ' It does not cover what other test images would change: this result has no verdict per image.'
      : '';
  const both = over.length > 1 ? 'Each interval covers two 95 % intervals: ' : 'Intervals: 95 % ';
  return `${both}${over.join(' and ')}. An interval that contains 0 shows no difference: “none”.${missing}`;
}
