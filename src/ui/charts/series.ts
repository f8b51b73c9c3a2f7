/** The curves of a race as a chart draws them: one series per contestant, over seeds their mean with a band. */
import type { RunResult } from '../../core/results.ts';
import { bandOf, bandWords, byContestant, type BandPoint, type Point } from '../../core/spread.ts';

export interface Series {
  readonly label: string;
  /** Index of the contestant: decides colour, dash and marker. */
  readonly index: number;
  readonly points: readonly BandPoint[];
}

/** Contestants without a point are left out; the others keep their index. */
export function seriesOf(runs: readonly RunResult[], points: (run: RunResult) => readonly Point[]): Series[] {
  return byContestant(runs)
    .map(({ label, runs: seeds }, index) => ({ label, index, points: bandOf(seeds.map(points)) }))
    .filter((s) => s.points.length > 0);
}

/** The largest number of seeds that any contestant has run with. */
export const seedsOf = (runs: readonly RunResult[]): number =>
  Math.max(0, ...byContestant(runs).map((c) => c.runs.length));

/** What lines and bands stand for; null for a race of one seed. */
export const seedWords = (runs: readonly RunResult[]): string | null => bandWords(seedsOf(runs));
