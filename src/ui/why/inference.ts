/** Inference through the two BatchNorm sets and between them: means over the seeds, and the tables' cells. */
import { differenceIn } from '../../core/result/difference.ts';
import { accuracyBand, attackText, bandOf, byContestant, type BandPoint } from '../../core/result/spread.ts';
import type { InferenceSets, RunResult } from '../../core/result/results.ts';
import type { DifferenceRow } from '../race/differences.ts';
import { countText } from '../shared/format.ts';

/** Ends of the band around a mean, in per cent, as the charts of accuracy draw it. */
export type Band = readonly [low: number, high: number];

/** A point of the path between the two sets; accuracies in per cent, means over the seeds. */
export interface PathPoint {
  /** 0: the clean set, 1: the adv set. */
  readonly share: number;
  readonly clean: number;
  readonly robust: number;
  readonly bands: Readonly<Record<'clean' | 'robust', Band>>;
}

export interface SetRow {
  /** Which images: clean, or attacked through one of the sets. */
  readonly images: string;
  /** Accuracy through each set, in per cent, with its band in brackets. */
  readonly throughClean: string;
  readonly throughAdv: string;
}

export interface SetsOfContestant {
  readonly label: string;
  readonly seeds: number;
  /** Test images counted. */
  readonly n: number;
  /** The attack of the final evaluation, which made the adversarial images here, too. */
  readonly attack: string;
  readonly path: readonly PathPoint[];
  readonly rows: readonly SetRow[];
  /**
   * Accuracy through the clean set less that through the adv set, each attacked through itself, paired by seed. It has
   * no interval over test images: which of them the clean set gets right is not recorded.
   */
  readonly difference: DifferenceRow;
}

const at = (sets: InferenceSets, share: number) => sets.path.find((p) => p.share === share);

/** Mean and band of one accuracy, in [0,1], of some seeds; null if no seed has it. */
function meanOf(
  all: readonly InferenceSets[],
  of: (sets: InferenceSets) => number | undefined,
): BandPoint | null {
  const curves = all.flatMap((sets) => {
    const value = of(sets);
    return value === undefined ? [] : [[{ x: 0, y: 100 * value, images: sets.n }]];
  });
  return bandOf(curves).at(0) ?? null;
}

const bandEnds = ({ low, high }: BandPoint): Band => [low, high];

/** `63.4 (55.1 to 71.0)`. */
const words = (mean: BandPoint | null): string =>
  mean ? `${mean.y.toFixed(1)} (${mean.low.toFixed(1)} to ${mean.high.toFixed(1)})` : '–';

function differenceOf(label: string, runs: readonly RunResult[]): DifferenceRow {
  const through = (share: number) =>
    runs.map(({ seed, final }) => ({ seed, final: null, point: final?.sets && at(final.sets, share) }));
  const less = (of: 'clean' | 'robust') =>
    differenceIn(through(0), through(1), ({ point }) => point?.[of] ?? null);
  return { label, clean: less('clean'), robust: less('robust') };
}

/** The contestants whose sets were measured at the end of the race. */
export function inferenceSets(runs: readonly RunResult[]): SetsOfContestant[] {
  return byContestant(runs).flatMap(({ label, runs: of }) => {
    const measured = of.filter((run) => run.final?.sets);
    const all = measured.flatMap((run) => run.final?.sets ?? []);
    if (all.length === 0) return [];
    const path = all[0].path.map(({ share }) => {
      const [clean, robust] = (['clean', 'robust'] as const).map((figure) =>
        meanOf(all, (sets) => at(sets, share)?.[figure])!,
      );
      return {
        share,
        clean: clean.y,
        robust: robust.y,
        bands: { clean: bandEnds(clean), robust: bandEnds(robust) },
      };
    });
    const cell = (value: (sets: InferenceSets) => number | undefined) => words(meanOf(all, value));
    const rows = [
      {
        images: 'clean',
        throughClean: cell((s) => at(s, 0)?.clean),
        throughAdv: cell((s) => at(s, 1)?.clean),
      },
      {
        images: 'attacked through the clean set',
        throughClean: cell((s) => at(s, 0)?.robust),
        throughAdv: cell((s) => s.cleanToAdv),
      },
      {
        images: 'attacked through the adv set',
        throughClean: cell((s) => s.advToClean),
        throughAdv: cell((s) => at(s, 1)?.robust),
      },
    ];
    return [
      {
        ...{ label, seeds: all.length, n: all[0].n, attack: measured[0].final!.attack },
        ...{ path, rows, difference: differenceOf(label, measured) },
      },
    ];
  });
}

/** `the first 128 test images, means over 3 seeds`. */
export const countedWords = (of: readonly SetsOfContestant[]): string => {
  const seeds = of.map((c) => c.seeds);
  const over = Math.max(...seeds) > 1 ? `, means over ${countText(seeds)} seeds` : '';
  return `the first ${countText(of.map((c) => c.n))} test images${over}`;
};

/** For the caption of the exported plane. */
export function planeNote(of: readonly SetsOfContestant[]): string {
  const seeds = Math.max(...of.map((c) => c.seeds));
  const over = seeds > 1 ? `mean of ${countText(of.map((c) => c.seeds))} seeds` : 'one seed';
  return (
    `n = ${countText(of.map((c) => c.n))} test images (the first); ${over}; bars: ${accuracyBand(seeds)}; ` +
    `attack: ${attackText(of[0].attack, seeds)}, through the set that answers`
  );
}
