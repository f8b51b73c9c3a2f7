/**
 * The differentiable operations that the networks and attacks are made of. Everything above this file calls these and
 * never a stock tfjs op that has a faster twin here. All tensors are float32, images [N,H,W,C], filters [kh,kw,in,out].
 * Callers own what they pass in; results are owned by the enclosing `tidy` or by the caller.
 *
 * These are the generic compositions of stock ops: the reference that every faster kernel is tested against.
 */
import * as tf from '@tensorflow/tfjs-core';

/** PyTorch's nn.BatchNorm2d default. */
export const BN_EPSILON = 1e-5;

/** Cross-correlation with PyTorch's zero padding (kh-1)/2 on every side. x [N,H,W,in], filter [k,k,in,out], k odd. */
export function conv2d(x: tf.Tensor4D, filter: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const pad = (filter.shape[0] - 1) / 2;
  return tf.conv2d(x, filter, stride, pad);
}

export interface BatchNormResult {
  /** gamma * (x - mean) / sqrt(var + eps) + beta, then ReLU if asked; shape of x. */
  readonly y: tf.Tensor;
  /** Batch mean and biased batch variance over all axes but the last, [C]. No gradient flows through these two outputs. */
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/** BatchNorm with batch statistics (train mode). x [N,H,W,C] or [N,C]; gamma, beta [C]. */
export function batchNormTrain(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  relu: boolean,
): BatchNormResult {
  const axes = x.shape.slice(0, -1).map((_, i) => i);
  const mean = tf.mean(x, axes) as tf.Tensor1D;
  const centred = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centred), axes) as tf.Tensor1D;
  const y = tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, BN_EPSILON))), gamma), beta);
  return { y: relu ? tf.relu(y) : y, mean, variance };
}

/** BatchNorm with given statistics (eval mode). x [N,H,W,C] or [N,C]; the rest [C]. */
export function batchNormEval(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  relu: boolean,
): tf.Tensor {
  const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, BN_EPSILON)));
  const y = tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale)));
  return relu ? tf.relu(y) : y;
}

/** relu(a + b), the end of a residual block. Same shapes. */
export function addRelu(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.relu(tf.add(a, b));
}

/** Global average pool, [N,H,W,C] -> [N,C]. */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  return tf.mean(x, [1, 2]) as tf.Tensor2D;
}

/** One L-inf ascent step: clip(x0 + clip(x + stepSize * sign(grad) - x0, -eps, eps), 0, 1). All [N,H,W,C]. Not differentiable. */
export function pgdStep(
  x: tf.Tensor4D,
  grad: tf.Tensor4D,
  x0: tf.Tensor4D,
  stepSize: number,
  eps: number,
): tf.Tensor4D {
  return tf.tidy(() => {
    const moved = tf.add(x, tf.mul(tf.sign(grad), stepSize));
    return tf.clipByValue(tf.add(x0, tf.clipByValue(tf.sub(moved, x0), -eps, eps)), 0, 1) as tf.Tensor4D;
  });
}

/**
 * PyTorch's SGD on one tensor: g += wd * p; v = momentum * v + g; p -= lr * v.
 * Returns new tensors; the caller disposes the old ones.
 */
export function sgdStep(
  p: tf.Tensor,
  velocity: tf.Tensor,
  grad: tf.Tensor,
  lr: number,
  momentum: number,
  weightDecay: number,
): { p: tf.Tensor; velocity: tf.Tensor } {
  return tf.tidy(() => {
    const v = tf.add(tf.mul(velocity, momentum), tf.add(grad, tf.mul(p, weightDecay)));
    return { p: tf.sub(p, tf.mul(v, lr)), velocity: v };
  }) as { p: tf.Tensor; velocity: tf.Tensor };
}

/** Identity forward, zero gradient backward (tfjs has none). */
export const stopGradient: <T extends tf.Tensor>(x: T) => T = tf.customGrad((x: unknown) => ({
  value: tf.clone(x as tf.Tensor),
  gradFunc: (dy: tf.Tensor | tf.Tensor[]) => tf.zerosLike(dy as tf.Tensor),
})) as never;
