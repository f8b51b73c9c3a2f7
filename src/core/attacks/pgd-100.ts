/** PGD-100: shows whether PGD-20 had converged. */
import { crossEntropyPerExample } from './losses.ts';
import { MADRY, projectedGradient } from './projected-gradient.ts';

export const pgd100 = projectedGradient({
  id: 'pgd-100',
  name: 'PGD-100',
  description: 'A hundred projected gradient steps on cross-entropy from a random start.',
  source: MADRY,
  reportRow: 'quick',
  steps: 100,
  loss: crossEntropyPerExample,
  targets: 0,
});
