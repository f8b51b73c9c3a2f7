/** Several runs in one chart: their contestants under labels that name the run, and curves with each run's settings. */
import { accuraciesOf, type Accuracies } from '../../core/result/accuracies.ts';
import { accuracyDifference, type Difference } from '../../core/result/difference.ts';
import type { RaceResult, RunResult } from '../../core/result/results.ts';
import { byContestant, withSeeds, type SeedRuns } from '../../core/result/spread.ts';
import { identityOf, stylesOf } from '../charts/identity.ts';
import type { Curve } from '../charts/series.ts';
import type { ContestantStyle } from '../charts/styles.ts';

/** A saved or recorded run that was ticked for comparison. */
export interface ComparedRun {
  readonly id: string;
  readonly name: string;
  readonly result: RaceResult;
}

export interface Overlay {
  /** All runs; a label begins with the letter of its run: `A: ARAT`. Every run has a seed, so that seeds pair. */
  readonly runs: readonly RunResult[];
  /** Styles by label: colour and marker are those of the contestant everywhere, the dash is that of the run. */
  readonly styles: Readonly<Record<string, ContestantStyle>>;
  readonly curve: (of: 'clean' | 'robust') => Curve<Accuracies>;
}

/** Dashes of the compared runs, in their order. */
const DASHES = ['', '7 4', '2 3', '10 3 2 3', '4 4', '12 4', '1 4', '6 2 2 2'];

/** `A`, `B`, …, `Z`, `A2`, …: the name of compared run `i` in labels. */
export function letterOf(i: number): string {
  const round = Math.floor(i / 26);
  return String.fromCharCode(65 + (i % 26)) + (round > 0 ? String(round + 1) : '');
}

export function overlayOf(compared: readonly ComparedRun[]): Overlay {
  const configs = new Map<RunResult, RaceResult['config']>();
  const styles: Record<string, ContestantStyle> = {};
  const runs = compared.flatMap(({ result }, i) => {
    const contestants = byContestant(result.runs);
    const own = stylesOf(contestants);
    contestants.forEach(({ label }, k) => {
      styles[`${letterOf(i)}: ${label}`] = {
        ...own[k],
        dash: DASHES[i % DASHES.length],
        hollow: i % 2 === 1,
      };
    });
    return withSeeds(result).map((run) => {
      const labelled = { ...run, label: `${letterOf(i)}: ${run.label}` };
      configs.set(labelled, result.config);
      return labelled;
    });
  });
  const curve = (of: 'clean' | 'robust'): Curve<Accuracies> => ({
    points: (run) => accuraciesOf(run, configs.get(run)!),
    x: (p) => p.epoch,
    y: (p) => 100 * p[of],
    images: (p) => p.n,
  });
  return { runs, styles, curve };
}

export interface RunDifference {
  /** `B: ARAT − A: ARAT`. */
  readonly label: string;
  readonly clean: Difference | null;
  readonly robust: Difference | null;
}

/**
 * For each contestant (by method and switches) of the later runs that the first one has too, its final accuracies less
 * those in the first run, paired by seed and, where both have verdicts on the same test images, by image.
 */
export function runDifferences(compared: readonly ComparedRun[]): RunDifference[] {
  const [first, ...others] = compared.map(({ result }) => byContestant(withSeeds(result)));
  if (!first) return [];
  const baseOf = (c: SeedRuns) =>
    first.find((b) => identityOf(b) === identityOf(c) && b.label === c.label) ??
    first.find((b) => identityOf(b) === identityOf(c));
  return others.flatMap((contestants, i) =>
    contestants.flatMap((c): RunDifference[] => {
      const base = baseOf(c);
      if (!base) return [];
      const clean = accuracyDifference(c.runs, base.runs, 'clean');
      const robust = accuracyDifference(c.runs, base.runs, 'robust');
      const label = `${letterOf(i + 1)}: ${c.label} − A: ${base.label}`;
      return clean || robust ? [{ label, clean, robust }] : [];
    }),
  );
}
