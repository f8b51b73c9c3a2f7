/**
 * MIM: iterative FGSM with an accumulated gradient. Dong et al., Boosting Adversarial Attacks with Momentum, CVPR 2018.
 */
import { GRADIENT_COST } from './attack-model.ts';
import { crossEntropyPerExample } from './losses.ts';
import { runRestarts } from './restarts.ts';
import { signedSteps } from './signed-steps.ts';
import type { EvaluationAttack } from './types.ts';

/** mu of the paper. */
const DECAY = 1;

export const mim: EvaluationAttack = {
  id: 'mim',
  name: 'MIM-10',
  description: 'Ten steps of eps/10 along the accumulated gradient, which transfers better to other models.',
  source: 'Dong et al., CVPR 2018, https://arxiv.org/abs/1710.06081',
  whiteBox: true,
  norms: ['linf', 'l2'],
  budget: { iterations: 10, restarts: 1, targets: 0 },
  reportRow: 'quick',
  stepSize: (eps, iterations) => eps / iterations,
  passes: (b) => GRADIENT_COST * b.iterations + 1,
  run: (input, budget) =>
    runRestarts(input, 1, [0], (attempt) =>
      signedSteps(input, attempt, attempt.x, {
        loss: crossEntropyPerExample,
        steps: budget.iterations,
        stepSize: input.threat.eps / budget.iterations,
        decay: DECAY,
      }),
    ),
};
