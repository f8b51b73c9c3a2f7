/** Inference through the two BatchNorm sets and between them: means over the seeds, and the table's cells. */
import { byContestant, spreadOf, spreadText } from '../../core/result/spread.ts';
import type { InferenceSets, RunResult } from '../../core/result/results.ts';

/** A point of the path between the two sets; accuracies in per cent, means over the seeds. */
export interface PathPoint {
  /** 0: the clean set, 1: the adv set. */
  readonly share: number;
  readonly clean: number;
  readonly robust: number;
}

export interface SetRow {
  /** Which images: clean, or attacked through one of the sets. */
  readonly images: string;
  /** Accuracy through each set, in per cent, with the standard deviation over several seeds. */
  readonly throughClean: string;
  readonly throughAdv: string;
}

export interface SetsOfContestant {
  readonly label: string;
  readonly seeds: number;
  /** Test images counted. */
  readonly n: number;
  readonly path: readonly PathPoint[];
  readonly rows: readonly SetRow[];
}

const at = (sets: InferenceSets, share: number) => sets.path.find((p) => p.share === share);
const text = (values: readonly (number | undefined)[]): string =>
  spreadText(
    values.filter((x) => x !== undefined),
    1,
    100,
  );

/** The contestants whose sets were measured at the end of the race. */
export function inferenceSets(runs: readonly RunResult[]): SetsOfContestant[] {
  return byContestant(runs).flatMap(({ label, runs: of }) => {
    const all = of.flatMap((run) => run.final?.sets ?? []);
    if (all.length === 0) return [];
    const mean = (share: number, figure: 'clean' | 'robust') =>
      100 * spreadOf(all.flatMap((sets) => at(sets, share)?.[figure] ?? []))!.mean;
    const path = all[0].path.map(({ share }) => ({
      share,
      clean: mean(share, 'clean'),
      robust: mean(share, 'robust'),
    }));
    const rows = [
      {
        images: 'clean',
        throughClean: text(all.map((s) => at(s, 0)?.clean)),
        throughAdv: text(all.map((s) => at(s, 1)?.clean)),
      },
      {
        images: 'attacked through the clean set',
        throughClean: text(all.map((s) => at(s, 0)?.robust)),
        throughAdv: text(all.map((s) => s.cleanToAdv)),
      },
      {
        images: 'attacked through the adv set',
        throughClean: text(all.map((s) => s.advToClean)),
        throughAdv: text(all.map((s) => at(s, 1)?.robust)),
      },
    ];
    return [{ label, seeds: all.length, n: all[0].n, path, rows }];
  });
}
