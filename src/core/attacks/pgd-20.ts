/** PGD-20: the attack behind "robust accuracy" in charts and in the paper's tables. */
import { crossEntropyPerExample } from './losses.ts';
import { MADRY, projectedGradient } from './projected-gradient.ts';

export const pgd20 = projectedGradient({
  id: 'pgd-20',
  name: 'PGD-20',
  description: 'Twenty projected gradient steps on cross-entropy from a random start.',
  source: MADRY,
  reportRow: 'look',
  steps: 20,
  loss: crossEntropyPerExample,
  targets: 0,
});
