/** The plan of a robustness report: its options, the attacks at each depth, and an estimate of the work. */
import { AUTOATTACK, QUICK_ENSEMBLE } from '../attacks/autoattack.ts';
import type { Entry } from '../attacks/attack-set.ts';
import { attackById, ATTACKS } from '../attacks/registry.ts';
import { autoAttackName, QUICK_NAME } from './ensemble-names.ts';
import type { EvaluationAttack, Iterations, Norm } from '../attacks/types.ts';

export const DEPTHS = ['look', 'quick', 'autoattack'] as const;
/**
 * look: the attacks that take seconds; quick: more of them, and AutoAttack's four with a fraction of their steps;
 * autoattack: the standard AutoAttack in place of the latter.
 */
export type Depth = (typeof DEPTHS)[number];

export interface RobustnessOptions {
  /** How many test images are attacked: the first n. */
  readonly n: number;
  readonly seed: number;
  readonly norm: Norm;
  /** In [0,1] pixel units. */
  readonly eps: number;
  readonly depth: Depth;
}

/** An attack alone, or an ensemble, with its figure in the report. */
export interface Column {
  readonly id: string;
  readonly name: string;
  readonly entries: readonly Entry[];
}

const alone = (id: string): Column => {
  const attack = attackById(id);
  return { id, name: attack.name, entries: [{ attack, budget: attack.budget }] };
};

/** The attacks that have their own row from this depth on. */
const joining = (depth: EvaluationAttack['reportRow']): Column[] =>
  ATTACKS.filter((a) => a.reportRow === depth).map((a) => alone(a.id));

/** The attacks and ensembles that run at this depth, weakest first. */
export function columnsOf(depth: Depth, classes: number): Column[] {
  if (depth === 'look') return joining('look');
  const ensemble: Column =
    depth === 'quick'
      ? { id: 'quick-ensemble', name: QUICK_NAME, entries: QUICK_ENSEMBLE }
      : { id: 'autoattack', name: autoAttackName(classes), entries: AUTOATTACK };
  return [...joining('look'), ...joining('quick'), ensemble];
}

/** The multiples of eps in the sweep over eps. At the last, PGD-20 must fool nearly every image. */
export const SWEEP = [0.25, 0.5, 2, 4, 8] as const;

/** The step size stated in the row of the attack `id`; null for a row of no single attack, or of one without a step. */
export function statedStep(id: string, eps: number, iterations: number): number | null {
  return ATTACKS.find((a) => a.id === id)?.stepSize(eps, iterations) ?? null;
}

/** What the iterations in the row of the attack `id` count; undefined for a row of no single attack. */
export function countsOf(id: string): Iterations | undefined {
  const attack = ATTACKS.find((a) => a.id === id);
  return attack && (attack.counts ?? 'steps');
}

/** The most network passes, times images, that a report over `models` models needs: for the estimate of its time. */
export function plannedPasses({ n, depth }: RobustnessOptions, classes: number, models: number): number {
  const passesOf = (entries: readonly Entry[]) =>
    entries.reduce((sum, e) => sum + e.attack.passes(e.budget, classes), 1);
  const columns = columnsOf(depth, classes).reduce((sum, c) => sum + passesOf(c.entries), 0);
  const sweep = SWEEP.length * passesOf(alone('pgd-20').entries);
  // 6 for clean accuracy, gradients and the second pass for randomness; one per model for transfer.
  return n * models * (columns + sweep + 6 + models);
}
