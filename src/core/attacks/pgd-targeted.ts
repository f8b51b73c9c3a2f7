/** Targeted PGD: towards each wrong class in turn, the most likely first. */
import * as tf from '@tensorflow/tfjs-core';
import type { ExampleLoss } from './attack-model.ts';
import { crossEntropyPerExample } from './losses.ts';
import { MADRY, projectedGradient } from './projected-gradient.ts';

/** Ascent on minus the cross-entropy with the target as the label. */
const towardsTarget: ExampleLoss = (logits, _y, targets) => tf.neg(crossEntropyPerExample(logits, targets));

export const pgdTargeted = projectedGradient({
  id: 'pgd-20-targeted',
  name: 'Targeted PGD-20',
  description: 'Twenty projected gradient steps towards each wrong class in turn.',
  source: MADRY,
  reportRow: 'quick',
  steps: 20,
  loss: towardsTarget,
  targets: 9,
});
