/** The projection of the attack in training. Images [N,H,W,C] in [0,1]. Call within tidy. */
import * as tf from '@tensorflow/tfjs-core';

/** Clips x to the L-inf ball of radius eps around x0, then to [0,1]. */
export function projectLinf(x: tf.Tensor4D, x0: tf.Tensor4D, eps: number): tf.Tensor4D {
  const delta = tf.clipByValue(tf.sub(x, x0), -eps, eps);
  return tf.clipByValue(tf.add(x0, delta), 0, 1) as tf.Tensor4D;
}
