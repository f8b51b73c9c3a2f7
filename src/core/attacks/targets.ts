/** Which wrong classes a targeted attack aims at: by rank in the model's clean answer. */
import { RandomStream } from '../random/random.ts';
import { ranked } from './attack-model.ts';
import { runRestarts, type Attempt } from './restarts.ts';
import type { AttackInput, AttackOutcome, Budget } from './types.ts';

/** Ranks of the classes aimed at: 1 is the most likely wrong class. */
const targetRanks = (budget: Budget, classes: number): number[] =>
  Array.from({ length: Math.min(budget.targets, classes - 1) }, (_, t) => t + 1);

/** The classes at rank `rank` of the model's clean answer. The images are classified right: rank 0 is the label. */
async function targetClasses({ model }: AttackInput, x: Float32Array, rank: number): Promise<Int32Array> {
  const logits = await model.logits(x);
  return Int32Array.from(
    { length: x.length / model.imageSize },
    (_, i) => ranked(logits, model.classes, i)[rank],
  );
}

/** The aims of a budget: the ranks of its target classes, or 0, away from the label, where it has none. */
export const aimsOf = (budget: Budget, classes: number): number[] =>
  budget.targets > 0 ? targetRanks(budget, classes) : [0];

/** Every aim and restart of the budget, each with its classes and its own stream; what falls leaves (restarts.ts). */
export const runAims = (
  id: string,
  input: AttackInput,
  budget: Budget,
  run: (attempt: Attempt, stream: RandomStream, restart: number) => Promise<AttackOutcome>,
): Promise<AttackOutcome> =>
  runRestarts(input, budget.restarts, aimsOf(budget, input.model.classes), async (attempt, restart, rank) => {
    const targets = rank > 0 ? await targetClasses(input, attempt.x, rank) : attempt.targets;
    const name = `${id} batch ${input.batch} target ${rank} restart ${restart}`;
    return run({ ...attempt, targets }, RandomStream.of(input.seed, name), restart);
  });
