/** The wrong classes that a targeted attack aims at, by their rank in the model's clean logits. */
import { RandomStream } from '../random/random.ts';
import { ranked } from './attack-model.ts';
import { runRestarts, type Attempt } from './restarts.ts';
import type { AttackInput, AttackOutcome, Budget } from './types.ts';

/** Ranks of the classes aimed at: 1 is the most likely wrong class. */
const targetRanks = (budget: Budget, classes: number): number[] =>
  Array.from({ length: Math.min(budget.targets, classes - 1) }, (_, t) => t + 1);

/** Per image, the class at rank `rank` of the clean logits. The images are classified right, so rank 0 is the label. */
async function targetClasses({ model }: AttackInput, x: Float32Array, rank: number): Promise<Int32Array> {
  const logits = await model.logits(x);
  return Int32Array.from(
    { length: x.length / model.imageSize },
    (_, i) => ranked(logits, model.classes, i)[rank],
  );
}

/** The ranks of a budget's target classes; [0], away from the label, if it has none. */
export const aimsOf = (budget: Budget, classes: number): number[] =>
  budget.targets > 0 ? targetRanks(budget, classes) : [0];

/** Awaits `run` for every aim and restart of the budget (restarts.ts), each with its classes and its own stream. */
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
