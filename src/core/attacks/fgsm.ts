/** FGSM, the fast gradient sign method: one step of size eps. Goodfellow et al., ICLR 2015. */
import { GRADIENT_COST } from './attack-model.ts';
import { crossEntropyPerExample } from './losses.ts';
import { runRestarts } from './restarts.ts';
import { signedSteps } from './signed-steps.ts';
import type { EvaluationAttack } from './types.ts';

export const fgsm: EvaluationAttack = {
  id: 'fgsm',
  name: 'FGSM',
  description: 'One step of size eps along the gradient of cross-entropy.',
  source: 'Goodfellow et al., ICLR 2015, https://arxiv.org/abs/1412.6572',
  whiteBox: true,
  norms: ['linf', 'l2'],
  budget: { iterations: 1, restarts: 1, targets: 0 },
  reportRow: 'look',
  stepSize: (eps) => eps,
  passes: () => GRADIENT_COST + 1,
  run: (input) =>
    runRestarts(input, 1, [0], (attempt) =>
      signedSteps(input, attempt, attempt.x, {
        loss: crossEntropyPerExample,
        steps: 1,
        stepSize: input.threat.eps,
        decay: 0,
      }),
    ),
};
