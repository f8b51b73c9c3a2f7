/** PGD on the margin of Carlini & Wagner, S&P 2017, whose gradient does not vanish where the softmax saturates. */
import { marginPerExample } from './losses.ts';
import { projectedGradient } from './projected-gradient.ts';

export const pgdMargin = projectedGradient({
  id: 'pgd-20-margin',
  name: 'PGD-20 margin',
  description: 'Twenty projected gradient steps on the margin between the best wrong class and the label.',
  source: 'Carlini & Wagner, S&P 2017, https://arxiv.org/abs/1608.04644',
  reportRow: 'look',
  steps: 20,
  loss: marginPerExample,
  targets: 0,
});
