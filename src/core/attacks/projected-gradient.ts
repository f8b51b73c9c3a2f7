/**
 * Projected gradient ascent from a random start, which the PGD attacks of the report share. Madry et al., ICLR 2018.
 * Its steps run on the host; the attack in training is pgd.ts, where everything stays on the device.
 */
import { GRADIENT_COST, type ExampleLoss } from './attack-model.ts';
import { signedSteps } from './signed-steps.ts';
import { aimsOf, runAims } from './targets.ts';
import { randomStart } from './threat.ts';
import type { EvaluationAttack } from './types.ts';

export const MADRY = 'Madry et al., ICLR 2018, https://arxiv.org/abs/1706.06083';

/** 2/255 at eps 8/255, as is usual in evaluations. */
const stepSizeFor = (eps: number): number => eps / 4;

/** What differs between the PGD attacks. */
type ProjectedGradient = Pick<EvaluationAttack, 'id' | 'name' | 'description' | 'source' | 'reportRow'> & {
  readonly steps: number;
  readonly loss: ExampleLoss;
  /** How many wrong classes to aim at in turn, the most likely first; 0: away from the label. */
  readonly targets: number;
};

export function projectedGradient({ steps, loss, targets, ...words }: ProjectedGradient): EvaluationAttack {
  const { id } = words;
  return {
    ...words,
    whiteBox: true,
    norms: ['linf', 'l2'],
    budget: { iterations: steps, restarts: 1, targets },
    stepSize: stepSizeFor,
    passes: (b, classes) => aimsOf(b, classes).length * b.restarts * (GRADIENT_COST * b.iterations + 1),
    run: (input, budget) =>
      runAims(id, input, budget, (attempt, stream) => {
        const start = randomStart(input.threat, attempt.x, input.model.imageSize, stream);
        return signedSteps(input, attempt, start, {
          loss,
          steps: budget.iterations,
          stepSize: stepSizeFor(input.threat.eps),
          decay: 0,
        });
      }),
  };
}
