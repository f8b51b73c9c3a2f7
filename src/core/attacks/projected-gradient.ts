/**
 * Projected gradient ascent from a random start: what the PGD entries share. Madry et al., ICLR 2018.
 * It runs on the host; the attack of the training step is pgd.ts, where everything stays on the device.
 */
import { RandomStream } from '../random/random.ts';
import { GRADIENT_COST, type ExampleLoss } from './attack-model.ts';
import { runRestarts } from './restarts.ts';
import { signedSteps } from './signed-steps.ts';
import { targetClasses, targetRanks } from './targets.ts';
import { randomStart } from './threat.ts';
import type { Budget, EvaluationAttack } from './types.ts';

export const MADRY = 'Madry et al., ICLR 2018, https://arxiv.org/abs/1706.06083';

/** 2/255 at eps 8/255, as evaluations of this field use it. */
const stepSizeFor = (eps: number): number => eps / 4;

/** What one PGD entry states of itself. */
type ProjectedGradient = Pick<EvaluationAttack, 'id' | 'name' | 'description' | 'source' | 'reportRow'> & {
  readonly steps: number;
  readonly loss: ExampleLoss;
  /** Wrong classes to aim at in turn, the most likely first; 0: away from the label. */
  readonly targets: number;
};

export function projectedGradient({ steps, loss, targets, ...words }: ProjectedGradient): EvaluationAttack {
  const { id } = words;
  const aims = (b: Budget, classes: number) => (b.targets > 0 ? targetRanks(b, classes) : [0]);
  return {
    ...words,
    whiteBox: true,
    norms: ['linf', 'l2'],
    budget: { iterations: steps, restarts: 1, targets },
    stepSize: stepSizeFor,
    passes: (b, classes) => aims(b, classes).length * b.restarts * (GRADIENT_COST * b.iterations + 1),
    run: (input, budget) =>
      runRestarts(
        input,
        budget.restarts,
        aims(budget, input.model.classes),
        async (attempt, restart, rank) => {
          const aimed = rank > 0 ? await targetClasses(input, attempt.x, rank) : attempt.targets;
          const stream = RandomStream.of(
            input.seed,
            `${id} batch ${input.batch} target ${rank} restart ${restart}`,
          );
          const start = randomStart(input.threat, attempt.x, input.model.imageSize, stream);
          return signedSteps(input, { ...attempt, targets: aimed }, start, {
            loss,
            steps: budget.iterations,
            stepSize: stepSizeFor(input.threat.eps),
            decay: 0,
          });
        },
      ),
  };
}
