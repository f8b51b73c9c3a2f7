/** Which wrong classes a targeted attack aims at: by rank in the model's clean answer. */
import { ranked } from './attack-model.ts';
import type { AttackInput, Budget } from './types.ts';

/** Ranks of the classes aimed at: 1 is the most likely wrong class. */
export const targetRanks = (budget: Budget, classes: number): number[] =>
  Array.from({ length: Math.min(budget.targets, classes - 1) }, (_, t) => t + 1);

/** The classes at rank `rank` of the model's clean answer. The images are classified right: rank 0 is the label. */
export async function targetClasses(
  { model }: AttackInput,
  x: Float32Array,
  rank: number,
): Promise<Int32Array> {
  const logits = await model.logits(x);
  return Int32Array.from(
    { length: x.length / model.imageSize },
    (_, i) => ranked(logits, model.classes, i)[rank],
  );
}
