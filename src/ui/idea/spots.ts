/** The points of the first screen's trade-off plane. Accuracies in per cent. */
import { ALL_PARTS, partsKey, type Parts } from '../../core/experiments/parts.ts';
import type { FactorialIndex, Recorded } from '../../core/result/factorial.ts';
import { accuracyDifference, verdictOn } from '../../core/result/difference.ts';
import { attackText, spreadOf } from '../../core/result/spread.ts';
import { PAPER_NOTE } from '../race/paper.ts';
import { ARAT_KEY, recordedWithKey } from './idea-state.ts';

/** A contestant's mean over the seeds. */
export interface Spot {
  readonly key: string;
  readonly label: string;
  readonly clean: number;
  readonly robust: number;
  /** One standard deviation over the seeds; 0 for one seed. */
  readonly cleanSd: number;
  readonly robustSd: number;
  readonly seeds: number;
}

/** Null for a contestant without final figures. */
export function spotOf({ key, label, runs }: Recorded): Spot | null {
  const finals = runs.flatMap((run) => run.final ?? []);
  const clean = spreadOf(finals.map((f) => 100 * f.clean));
  const robust = spreadOf(finals.map((f) => 100 * f.robust));
  if (!clean || !robust) return null;
  return {
    key,
    label,
    clean: clean.mean,
    robust: robust.mean,
    cleanSd: clean.sd ?? 0,
    robustSd: robust.sd ?? 0,
    seeds: clean.n,
  };
}

const CONTROL_KEY = partsKey({ ...ALL_PARTS, term: false });
const ALWAYS: readonly string[] = ['at', 'trades', ARAT_KEY, CONTROL_KEY];

export interface Plane {
  /** AT, TRADES, ARAT and the control, as far as they are recorded. */
  readonly fixed: readonly Spot[];
  /** The current combination, unless it is one of the fixed ones or not recorded. */
  readonly current: Spot | null;
  /** Where the arrow from ARAT ends; null for ARAT itself and without a recording. */
  readonly arrowTo: Spot | null;
  /** Whether clean or robust accuracy there differs from ARAT's by an interval without 0; false without an arrow. */
  readonly differs: boolean;
  /** All combinations, so that the axes stay as they are when a part is switched. */
  readonly all: readonly Spot[];
}

/** Whether the recording with this key differs from ARAT in clean or robust accuracy. */
function differsFromArat(index: FactorialIndex, key: string): boolean {
  const [arat, other] = [recordedWithKey(index, ARAT_KEY), recordedWithKey(index, key)];
  if (!arat || !other) return false;
  return (['clean', 'robust'] as const).some((of) => {
    const difference = accuracyDifference(other.runs, arat.runs, of);
    return difference !== null && ['higher', 'lower'].includes(verdictOn(difference));
  });
}

export function planeOf(index: FactorialIndex, parts: Parts): Plane {
  const spotFor = (key: string): Spot | null => {
    const recorded = recordedWithKey(index, key);
    return recorded && spotOf(recorded);
  };
  const key = partsKey(parts);
  const spot = spotFor(key);
  const arrowTo = key === ARAT_KEY ? null : spot;
  return {
    fixed: ALWAYS.flatMap((k) => spotFor(k) ?? []),
    current: ALWAYS.includes(key) ? null : spot,
    arrowTo,
    differs: arrowTo !== null && differsFromArat(index, key),
    // Standard training has no robust accuracy to speak of: it would stretch the axis to 0.
    all: index.contestants.flatMap((c) => (c.key === 'standard' ? [] : (spotOf(c) ?? []))),
  };
}

/**
 * Below the exported plane: what the recorded figures count, as `figureCaption` says it of a run, and if they are drawn
 * what the paper's figures are.
 */
export function planeCaption(
  { contestants, seeds, dataset, commit }: FactorialIndex,
  withPaper: boolean,
): string {
  const final = contestants.flatMap((c) => c.runs.flatMap((run) => run.final ?? []))[0];
  const measured = final
    ? `n = ${final.n.toLocaleString('en')} test images; attack: ${attackText(final.attack, seeds.length)}; `
    : '';
  const over =
    seeds.length > 1 ? `mean of ${seeds.length} seeds, bars: ± one standard deviation` : 'one seed';
  const own = `${measured}${over}; data: ${dataset.provenance}; commit ${commit.slice(0, 13)}`;
  return withPaper ? `${own}. ${PAPER_NOTE}` : own;
}
