/** Losses that attacks and methods use, per example [N] unless stated. logits [N,K], y [N] int32. Call within tidy. */
import * as tf from '@tensorflow/tfjs-core';
import * as ops from '../backend/ops.ts';

/**
 * Log-probabilities [N,K], stable for any finite logits. It is tfjs's own, because its gradient dy - softmax * sum(dy)
 * has no rounding noise from the shift by the maximum. Where KL is nearly flat, in the first steps of TRADES' attack,
 * that noise would decide the signs.
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
  return ops.crossEntropy(logits, y);
}

/** Mean cross-entropy, a scalar, as PyTorch's F.cross_entropy. */
export function crossEntropy(logits: tf.Tensor2D, y: tf.Tensor1D): tf.Scalar {
  return tf.mean(crossEntropyPerExample(logits, y)) as tf.Scalar;
}

/** KL(p || q) = sum_k p_k (log p_k - log q_k) with p = softmax(pLogits), q = softmax(qLogits), per example. */
export function klPerExample(pLogits: tf.Tensor2D, qLogits: tf.Tensor2D): tf.Tensor1D {
  const logP = logSoftmax(pLogits);
  return tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, logSoftmax(qLogits))), 1);
}

const FAR_BELOW = 1e9;

/** max_{k != y} z_k - z_y (Carlini & Wagner 2017 without the clamp): positive if misclassified, negative if right. */
export function marginPerExample(logits: tf.Tensor2D, y: tf.Tensor1D): tf.Tensor1D {
  const mask = oneHot(y, logits.shape[1]);
  const correct = tf.sum(tf.mul(logits, mask), 1);
  return tf.sub(tf.max(tf.sub(logits, tf.mul(mask, FAR_BELOW)), 1), correct);
}

/** One-hot rows [N,K] for the classes in column `i` of `indices` [N,k] int32. */
function columnMask(indices: tf.Tensor2D, i: number, classes: number): tf.Tensor2D {
  return oneHot(tf.reshape(tf.slice(indices, [0, i], [-1, 1]), [-1]) as tf.Tensor1D, classes);
}

/**
 * The loss [N] of `make`, with the gradient with respect to the logits [N,K] that `make` gives. tfjs has no gradient of
 * topk to derive it.
 */
function withOwnGradient(
  logits: tf.Tensor2D,
  make: (logits: tf.Tensor2D) => { loss: tf.Tensor; gradient: tf.Tensor },
): tf.Tensor1D {
  return tf.customGrad((...args: unknown[]) => {
    const save = args[1] as tf.GradSaveFunc;
    const { loss, gradient } = make(args[0] as tf.Tensor2D);
    save([gradient]);
    return {
      value: loss,
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(tf.expandDims(dy, 1), saved),
    };
  })(logits) as tf.Tensor1D;
}

/** -<z, difference> / (<z, spread> + 1e-12) per row z of the logits, and its gradient; all arguments are [N,K]. */
function ratioLoss(logits: tf.Tensor2D, difference: tf.Tensor2D, spread: tf.Tensor2D) {
  const over = (rows: tf.Tensor2D) => tf.expandDims(tf.sum(tf.mul(logits, rows), 1), 1);
  const d = over(difference);
  const s = tf.add(over(spread), 1e-12);
  const loss = tf.neg(tf.squeeze(tf.div(d, s), [1]));
  // d(-d/s) = -dd/s + d ds/s^2
  const gradient = tf.div(tf.sub(tf.mul(tf.div(d, s), spread), difference), s);
  return { loss, gradient };
}

/**
 * Difference of logits ratio, per example: -(z_y - max_{k != y} z_k) / (z_(1) - z_(3) + 1e-12), z_(i) the i-th largest
 * logit. Croce & Hein, Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free
 * Attacks, ICML 2020, eq. 6. Throws `Error` for fewer than three classes.
 */
export function dlrPerExample(logits: tf.Tensor2D, y: tf.Tensor1D): tf.Tensor1D {
  const classes = logits.shape[1];
  if (classes < 3) throw new Error(`DLR needs at least 3 classes, not ${classes}.`);
  return withOwnGradient(logits, (z) => {
    const { indices } = tf.topk(z, 3) as { indices: tf.Tensor2D };
    const [first, second, third] = [0, 1, 2].map((i) => columnMask(indices, i, classes));
    const own = oneHot(y, classes);
    const right = tf.sum(tf.mul(first, own), 1, true);
    const other = tf.add(tf.mul(second, right), tf.mul(first, tf.sub(1, right)));
    return ratioLoss(z, tf.sub(own, other), tf.sub(first, third));
  });
}

/**
 * Targeted DLR, per example: -(z_y - z_t) / (z_(1) - (z_(3) + z_(4)) / 2 + 1e-12), eq. 7 of the same paper. With three
 * classes there is no z_(4), and z_(3) replaces the mean. Throws `Error` for fewer than three classes.
 */
export function targetedDlrPerExample(
  logits: tf.Tensor2D,
  y: tf.Tensor1D,
  targets: tf.Tensor1D,
): tf.Tensor1D {
  const classes = logits.shape[1];
  if (classes < 3) throw new Error(`Targeted DLR needs at least 3 classes, not ${classes}.`);
  return withOwnGradient(logits, (z) => {
    const k = Math.min(4, classes);
    const { indices } = tf.topk(z, k) as { indices: tf.Tensor2D };
    const [first, , third, fourth] = Array.from({ length: k }, (_, i) => columnMask(indices, i, classes));
    const low = fourth ? tf.mul(tf.add(third, fourth), 0.5) : third;
    return ratioLoss(
      z,
      tf.sub(oneHot(y, classes), oneHot(targets, classes)) as tf.Tensor2D,
      tf.sub(first, low) as tf.Tensor2D,
    );
  });
}

/** z_t - z_y, per example: 0 at the boundary that FAB looks for. */
export function targetMarginPerExample(
  logits: tf.Tensor2D,
  y: tf.Tensor1D,
  targets: tf.Tensor1D,
): tf.Tensor1D {
  const classes = logits.shape[1];
  return tf.sum(tf.mul(logits, tf.sub(oneHot(targets, classes), oneHot(y, classes))), 1);
}
