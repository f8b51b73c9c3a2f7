/** Distance between the batch statistics of clean and adversarial images, both sent through the same set. */
import { meanThroughSet } from '../../../core/result/bn-distance.ts';
import { bnChart } from './bn-curve.ts';

export const batchDistance = bnChart(
  'batch-distance',
  'Clean against adversarial batch, through the adv set',
  (point) => meanThroughSet(point, 'adv'),
);

export const batchDistanceClean = bnChart(
  'batch-distance-clean',
  'Clean against adversarial batch, through the clean set',
  (point) => meanThroughSet(point, 'clean'),
);
