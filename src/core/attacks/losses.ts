/** What an attack ascends, per example: [N]. logits [N,K], y [N] int32. Call within tidy. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Log-probabilities [N,K]; stable for any finite logits. tfjs's own, whose gradient dy - softmax * sum(dy) has no rounding noise
 * from the shift by the maximum: where KL is nearly flat (the first steps of TRADES' attack), that noise would decide signs.
 */
export function logSoftmax(logits: tf.Tensor2D): tf.Tensor2D {
  return tf.logSoftmax(logits);
}

/** One-hot labels as float32 [N,K]. */
export function oneHot(y: tf.Tensor1D, classes: number): tf.Tensor2D {
  return tf.cast(tf.oneHot(y, classes), 'float32') as tf.Tensor2D;
}

/** -log softmax(logits)_y. */
export function crossEntropyPerExample(logits: tf.Tensor2D, y: tf.Tensor1D): tf.Tensor1D {
  return tf.neg(tf.sum(tf.mul(logSoftmax(logits), oneHot(y, logits.shape[1])), 1)) as tf.Tensor1D;
}

/** Mean cross-entropy, PyTorch's F.cross_entropy. */
export function crossEntropy(logits: tf.Tensor2D, y: tf.Tensor1D): tf.Scalar {
  return tf.mean(crossEntropyPerExample(logits, y)) as tf.Scalar;
}

/** KL(p || q) = sum_k p_k (log p_k - log q_k) with p = softmax(pLogits), q = softmax(qLogits), per example. */
export function klPerExample(pLogits: tf.Tensor2D, qLogits: tf.Tensor2D): tf.Tensor1D {
  const logP = logSoftmax(pLogits);
  return tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, logSoftmax(qLogits))), 1);
}

const FAR_BELOW = 1e9;

/** max_{k != y} z_k - z_y (Carlini & Wagner 2017 without the clamp): positive exactly when misclassified. */
export function marginPerExample(logits: tf.Tensor2D, y: tf.Tensor1D): tf.Tensor1D {
  const mask = oneHot(y, logits.shape[1]);
  const correct = tf.sum(tf.mul(logits, mask), 1);
  return tf.sub(tf.max(tf.sub(logits, tf.mul(mask, FAR_BELOW)), 1), correct);
}
