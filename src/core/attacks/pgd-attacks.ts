/**
 * FGSM and PGD as evaluation attacks. Goodfellow et al., ICLR 2015; Madry et al., ICLR 2018; margin loss of Carlini & Wagner, S&P 2017.
 * The training attack is pgd.ts: there everything stays on the device.
 */
import * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '../random/random.ts';
import { targetClasses, targetRanks } from './apgd.ts';
import { GRADIENT_COST, type ExampleLoss } from './attack-model.ts';
import { crossEntropyPerExample, marginPerExample } from './losses.ts';
import { runRestarts } from './restarts.ts';
import { signedSteps } from './signed-steps.ts';
import { randomStart } from './threat.ts';
import type { Budget, EvaluationAttack } from './types.ts';

const MADRY = 'Madry et al., ICLR 2018, https://arxiv.org/abs/1706.06083';

/** 2/255 at eps 8/255, as evaluations of this field use it. */
export const pgdStepSize = (eps: number): number => eps / 4;

interface Kind {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly source: string;
  readonly steps: number;
  readonly loss: ExampleLoss;
  readonly targets?: number;
  readonly reportedFrom: 'look' | 'quick';
}

function projectedGradient({
  id,
  name,
  description,
  source,
  steps,
  loss,
  targets = 0,
  reportedFrom,
}: Kind): EvaluationAttack {
  const aims = (b: Budget, classes: number) => (b.targets > 0 ? targetRanks(b, classes) : [0]);
  return {
    id,
    name,
    description,
    source,
    whiteBox: true,
    norms: ['linf', 'l2'],
    budget: { iterations: steps, restarts: 1, targets },
    reportedFrom,
    stepSize: pgdStepSize,
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
            stepSize: pgdStepSize(input.threat.eps),
            decay: 0,
          });
        },
      ),
  };
}

export const pgd20 = projectedGradient({
  id: 'pgd-20',
  reportedFrom: 'look',
  name: 'PGD-20',
  description: 'Twenty projected gradient steps on cross-entropy from a random start.',
  source: MADRY,
  steps: 20,
  loss: crossEntropyPerExample,
});

export const pgd100 = projectedGradient({
  id: 'pgd-100',
  reportedFrom: 'quick',
  name: 'PGD-100',
  description: 'A hundred projected gradient steps on cross-entropy from a random start.',
  source: MADRY,
  steps: 100,
  loss: crossEntropyPerExample,
});

export const pgdMargin = projectedGradient({
  id: 'pgd-20-margin',
  reportedFrom: 'look',
  name: 'PGD-20 margin',
  description: 'Twenty projected gradient steps on the margin between the best wrong class and the label.',
  source: 'Carlini & Wagner, S&P 2017, https://arxiv.org/abs/1608.04644',
  steps: 20,
  loss: marginPerExample,
});

/** Towards the target: minus its cross-entropy. */
const towards: ExampleLoss = (logits, _y, targets) => tf.neg(crossEntropyPerExample(logits, targets));

export const pgdTargeted = projectedGradient({
  id: 'pgd-20-targeted',
  reportedFrom: 'quick',
  name: 'Targeted PGD-20',
  description: 'Twenty projected gradient steps towards each wrong class in turn.',
  source: MADRY,
  steps: 20,
  loss: towards,
  targets: 9,
});

export const fgsmAttack: EvaluationAttack = {
  id: 'fgsm',
  name: 'FGSM',
  description: 'One step of the size of eps along the gradient of cross-entropy.',
  source: 'Goodfellow et al., ICLR 2015, https://arxiv.org/abs/1412.6572',
  whiteBox: true,
  norms: ['linf', 'l2'],
  budget: { iterations: 1, restarts: 1, targets: 0 },
  reportedFrom: 'look',
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
