/** What a robustness report will run: its options, its attacks at each depth, and how much work that is. */
import { AUTOATTACK, QUICK_ENSEMBLE } from '../attacks/autoattack.ts';
import type { Entry } from '../attacks/attack-set.ts';
import { attackById, ATTACKS } from '../attacks/registry.ts';
import type { EvaluationAttack, Norm } from '../attacks/types.ts';

export const DEPTHS = ['look', 'quick', 'autoattack'] as const;
/** look: seconds; quick: the ensemble's attacks with a fraction of their steps; autoattack: the standard sequence. */
export type Depth = (typeof DEPTHS)[number];

export interface RobustnessOptions {
  /** The first n test images. */
  readonly n: number;
  readonly seed: number;
  readonly norm: Norm;
  /** In [0,1] pixel units. */
  readonly eps: number;
  readonly depth: Depth;
}

/** One column of the report: an attack alone, or an ensemble. */
export interface Column {
  readonly id: string;
  readonly name: string;
  readonly entries: readonly Entry[];
}

const alone = (id: string): Column => {
  const attack = attackById(id);
  return { id, name: attack.name, entries: [{ attack, budget: attack.budget }] };
};

/** The attacks with a row of their own that join at this depth. */
const joining = (depth: EvaluationAttack['reportRow']): Column[] =>
  ATTACKS.filter((a) => a.reportRow === depth).map((a) => alone(a.id));

export const QUICK_NAME = 'Quick ensemble (not AutoAttack)';

/** What is run at each depth, weakest first. */
export function columnsOf(depth: Depth): Column[] {
  if (depth === 'look') return joining('look');
  const ensemble: Column =
    depth === 'quick'
      ? { id: 'quick-ensemble', name: QUICK_NAME, entries: QUICK_ENSEMBLE }
      : { id: 'autoattack', name: 'AutoAttack (standard)', entries: AUTOATTACK };
  return [...joining('look'), ...joining('quick'), ensemble];
}

/** Multiples of eps in the sweep; at the last every attack must succeed. */
export const SWEEP = [0.25, 0.5, 2, 4, 8] as const;

/** The step size stated beside the figure of a row; null for rows that are not of one attack. */
export function statedStep(id: string, eps: number, iterations: number): number | null {
  return ATTACKS.find((a) => a.id === id)?.stepSize(eps, iterations) ?? null;
}

/** Network passes that a report needs at most, over all models: for the estimate before it starts. */
export function plannedPasses({ n, depth }: RobustnessOptions, classes: number, models: number): number {
  const passesOf = (entries: readonly Entry[]) =>
    entries.reduce((sum, e) => sum + e.attack.passes(e.budget, classes), 1);
  const columns = columnsOf(depth).reduce((sum, c) => sum + passesOf(c.entries), 0);
  const sweep = SWEEP.length * passesOf(alone('pgd-20').entries);
  // Clean accuracy, gradients, a second pass for randomness, transfer.
  return n * models * (columns + sweep + 6 + models);
}
