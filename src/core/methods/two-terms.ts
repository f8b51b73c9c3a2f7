/** The loss of two terms that most methods have. */
import * as tf from '@tensorflow/tfjs-core';
import type { LossResult } from './types.ts';

/**
 * first + weight * second, whose gradients may conflict; `terms` are the unweighted ones for the charts. With weight 0
 * the loss is `first` alone, and there is no conflict to measure. Call within tidy.
 */
export function twoTerms(
  first: tf.Scalar,
  second: tf.Scalar,
  weight: number,
  terms: LossResult['terms'],
): LossResult {
  if (weight === 0) return oneTerm(first, terms);
  const weighted = tf.mul(second, weight) as tf.Scalar;
  return { loss: tf.add(first, weighted), terms, conflict: { first, second: weighted } };
}

export const oneTerm = (loss: tf.Scalar, terms: LossResult['terms']): LossResult => ({
  loss,
  terms,
  conflict: null,
});
