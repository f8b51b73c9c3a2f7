/**
 * The names, inputs, attributes and outputs of the project's own tfjs kernels. One file, so that a backend's fast
 * versions (kernels/<backend>/) and the generic compositions of stock ops (reference.ts) implement the same functions.
 *
 * A kernel is called by ops.ts through `tf.engine().runKernel(name, inputs, attrs)`; gradients are registered once, in
 * gradients.ts, in terms of these same kernels. Register a backend's versions with `registerFastKernels` (register.ts);
 * a kernel that a backend does not register runs as its generic composition.
 *
 * All tensors are float32 except labels, packed images, draws and keys, which are int32. Images [N,H,W,C], filters
 * [k,k,in,out] with k = 1 or 3, zero padding (k-1)/2 on every side, so the output is [N, ceil(H/stride),
 * ceil(W/stride), out]; H and W may be odd. "Channel axis" is always the last one. A kernel never disposes its inputs;
 * its outputs are new tensors with their own reference count, unless said otherwise.
 */
import type * as tf from '@tensorflow/tfjs-core';

export const KERNELS = {
  conv2d: 'AratConv2D',
  conv2dPassing: 'AratConv2DPassing',
  conv2dInputGrad: 'AratConv2DInputGrad',
  conv2dFilterGrad: 'AratConv2DFilterGrad',
  batchNormTrain: 'AratBatchNormTrain',
  batchNormTrainGrad: 'AratBatchNormTrainGrad',
  batchNormAddRelu: 'AratBatchNormAddRelu',
  batchNormAddReluGrad: 'AratBatchNormAddReluGrad',
  batchNormEval: 'AratBatchNormEval',
  batchNormEvalGrad: 'AratBatchNormEvalGrad',
  batchNormEvalParamGrad: 'AratBatchNormEvalParamGrad',
  scaleInput: 'AratScaleInput',
  addRelu: 'AratAddRelu',
  reluGrad: 'AratReluGrad',
  globalAveragePool: 'AratGlobalAveragePool',
  globalAveragePoolGrad: 'AratGlobalAveragePoolGrad',
  matMul: 'AratMatMul',
  crossEntropy: 'AratCrossEntropy',
  crossEntropyGrad: 'AratCrossEntropyGrad',
  cosineDistance: 'AratCosineDistance',
  cosineDistanceGrad: 'AratCosineDistanceGrad',
  runningStatistics: 'AratRunningStatistics',
  pgdStep: 'AratPgdStep',
  sgd: 'AratSgd',
  augmentBatch: 'AratAugmentBatch',
  randomStart: 'AratRandomStart',
} as const;
export type KernelKey = keyof typeof KERNELS;
export type KernelName = (typeof KERNELS)[KernelKey];

type T = tf.TensorInfo;
type Stride = 1 | 2;
/** half: multiply 16-bit floats, if the device can; set only in half precision (precision.ts). */
type Convolving = { stride: Stride; half?: true };

/**
 * Per kernel: inputs by name, attributes by name, outputs in order (always an array here; a single output may be
 * returned bare).
 */
export interface Signatures {
  /**
   * y[n,i,j,o] = sum_{u,v,c} x[n, i*stride+u-pad, j*stride+v-pad, c] * filter[u,v,c,o].
   * x [N,H,W,in] -> y [N,H',W',out].
   */
  conv2d: { inputs: { x: T; filter: T }; attrs: Convolving; outputs: [y: T] };

  /**
   * conv2d that also returns x, for other uses of x: the kernel of the input gradient then adds their gradient, `plus`.
   */
  conv2dPassing: { inputs: { x: T; filter: T }; attrs: Convolving; outputs: [y: T, x: T] };

  /**
   * d loss / d x of conv2d, plus `plus` [N,H,W,in], if there is one. dy [N,H',W',out], filter [k,k,in,out] -> dx of
   * shape `inputShape` [N,H,W,in].
   */
  conv2dInputGrad: {
    inputs: { dy: T; filter: T; plus?: T };
    attrs: { inputShape: [number, number, number, number] } & Convolving;
    outputs: [dx: T];
  };

  /** d loss / d filter of conv2d. x [N,H,W,in], dy [N,H',W',out] -> dfilter of shape `filterShape` [k,k,in,out]. */
  conv2dFilterGrad: {
    inputs: { x: T; dy: T };
    attrs: { filterShape: [number, number, number, number]; stride: Stride };
    outputs: [dfilter: T];
  };

  /**
   * Over all axes but the last (M values per channel): mean, biased variance = mean((x - mean)^2),
   * z = gamma * (x - mean) / sqrt(variance + epsilon) + beta; y = relu ? max(z, 0) : z. x [...,C]; gamma, beta [C].
   */
  batchNormTrain: {
    inputs: { x: T; gamma: T; beta: T };
    attrs: { relu: boolean; epsilon: number };
    outputs: [y: T, mean: T, variance: T];
  };

  /**
   * Given dy = d loss / d y, let dz = relu ? dy * [z > 0] : dy, xhat = (x - mean) / sqrt(variance + epsilon), and M the
   * number of values per channel:
   * dbeta = sum dz; dgamma = sum dz * xhat;
   * dx = gamma / sqrt(variance + epsilon) * (dz - dbeta / M - xhat * dgamma / M).
   * `y` and `beta` let a kernel take [z > 0] from y or recompute it from x, whichever is cheaper. mean and variance are
   * functions of x here; the gradient through those two outputs is not computed.
   */
  batchNormTrainGrad: {
    inputs: { dy: T; x: T; y: T; gamma: T; beta: T; mean: T; variance: T };
    attrs: { relu: boolean; epsilon: number };
    outputs: [dx: T, dgamma: T, dbeta: T];
  };

  /**
   * The end of a residual block: y = max(z + residual, 0) with z, mean and variance as in batchNormTrain; residual has
   * the shape of x.
   */
  batchNormAddRelu: {
    inputs: { x: T; residual: T; gamma: T; beta: T };
    attrs: { epsilon: number };
    outputs: [y: T, mean: T, variance: T];
  };

  /** dresidual = dz = dy * [y > 0]; dx, dgamma and dbeta from dz as in batchNormTrainGrad. */
  batchNormAddReluGrad: {
    inputs: { dy: T; x: T; y: T; gamma: T; mean: T; variance: T };
    attrs: { epsilon: number };
    outputs: [dx: T, dresidual: T, dgamma: T, dbeta: T];
  };

  /** z = gamma * (x - mean) / sqrt(variance + epsilon) + beta with given statistics [C]; y = relu ? max(z, 0) : z. */
  batchNormEval: {
    inputs: { x: T; gamma: T; beta: T; mean: T; variance: T };
    attrs: { relu: boolean; epsilon: number };
    outputs: [y: T];
  };

  /** dx = dz * gamma / sqrt(variance + epsilon), dz as in batchNormTrainGrad. Attacks need only this gradient. */
  batchNormEvalGrad: {
    inputs: { dy: T; y: T; gamma: T; variance: T };
    attrs: { relu: boolean; epsilon: number };
    outputs: [dx: T];
  };

  /** dgamma = sum dz * xhat, dbeta = sum dz, both [C]. */
  batchNormEvalParamGrad: {
    inputs: { dy: T; x: T; y: T; mean: T; variance: T };
    attrs: { relu: boolean; epsilon: number };
    outputs: [dgamma: T, dbeta: T];
  };

  /** y = (x - 0.5) * scale, the network's input from images in [0,1]. */
  scaleInput: { inputs: { x: T }; attrs: { scale: number }; outputs: [y: T] };

  /** y = max(a + b, 0), same shapes. */
  addRelu: { inputs: { a: T; b: T }; attrs: Record<never, never>; outputs: [y: T] };

  /** dx = dy * [y > 0], where y is the ReLU's output. */
  reluGrad: { inputs: { dy: T; y: T }; attrs: Record<never, never>; outputs: [dx: T] };

  /** x [N,H,W,C] -> mean over H and W, [N,C]. */
  globalAveragePool: { inputs: { x: T }; attrs: Record<never, never>; outputs: [y: T] };

  /** dy [N,C] -> dx[n,i,j,c] = dy[n,c] / (height * width), [N,height,width,C]. */
  globalAveragePoolGrad: {
    inputs: { dy: T };
    attrs: { height: number; width: number };
    outputs: [dx: T];
  };

  /** op(a) op(b) + bias: a [m,k], or [k,m] if transposeA; b [k,n], or [n,k] if transposeB; bias [n] -> [m,n]. */
  matMul: {
    inputs: { a: T; b: T; bias?: T };
    attrs: { transposeA: boolean; transposeB: boolean };
    outputs: [y: T];
  };

  /**
   * -log softmax(logits)_label per example: logits [N,K], labels [N] int32 in [0,K) -> [N]. Stable for any finite
   * logits.
   */
  crossEntropy: { inputs: { logits: T; labels: T }; attrs: Record<never, never>; outputs: [loss: T] };

  /** dlogits[n,k] = dy[n] * (softmax(logits)[n,k] - [k = label]); dy [N]. */
  crossEntropyGrad: {
    inputs: { dy: T; logits: T; labels: T };
    attrs: Record<never, never>;
    outputs: [dlogits: T];
  };

  /** 1 - a.b / sqrt(|a|^2 |b|^2 + epsilon^2) per row: a, b [N,D] -> [N]. */
  cosineDistance: { inputs: { a: T; b: T }; attrs: { epsilon: number }; outputs: [distance: T] };

  /** With r = 1 / sqrt(|a|^2 |b|^2 + epsilon^2): da = dy * (a.b r^3 |b|^2 a - r b), db likewise; dy [N]. */
  cosineDistanceGrad: {
    inputs: { dy: T; a: T; b: T };
    attrs: { epsilon: number };
    outputs: [da: T, db: T];
  };

  /**
   * running + momentum * (batch - running) for mean and variance, all [C], the batch's (biased) variance first
   * multiplied by `correction`. Not differentiable.
   */
  runningStatistics: {
    inputs: { runningMean: T; runningVariance: T; mean: T; variance: T };
    attrs: { momentum: number; correction: number };
    outputs: [runningMean: T, runningVariance: T];
  };

  /**
   * clip(x0 + clip(x + stepSize * sign(grad) - x0, -eps, eps), 0, 1); sign(0) = 0. All of one shape. Not
   * differentiable.
   */
  pgdStep: {
    inputs: { x: T; grad: T; x0: T };
    attrs: { stepSize: number; eps: number };
    outputs: [x: T];
  };

  /**
   * For i < count: v_i = momentum * v_i + (g_i + weightDecay * p_i); p_i -= lr * v_i.
   * Inputs `p0..`, `v0..`, `g0..`; outputs [p0', ..., p(count-1)', v0', ..., v(count-1)']. The outputs are new tensors,
   * or the memory of p and v, changed in place, with its reference count incremented; so no other tensor may share that
   * memory. Not differentiable.
   */
  sgd: {
    inputs: Record<string, T>;
    attrs: { count: number; lr: number; momentum: number; weightDecay: number };
    outputs: T[];
  };

  /**
   * Crop (zero padding) and flip: x[b,i,j,c] = levels[channel c of pixel (i + dy, 31 - j + dx if mirrored, else j + dx)
   * of image index], 0 outside. images [n,1024], a pixel as 65536 R + 256 G + B; levels [256], k / 255; draws [B,4] =
   * (index, dx, dy, mirrored) -> x [B,32,32,3]. No arithmetic on the values: the same bits on every backend. Not
   * differentiable.
   */
  augmentBatch: { inputs: { images: T; levels: T; draws: T }; attrs: object; outputs: [x: T] };

  /**
   * Random numbers of stream `key` [4] (core/random/philox.ts) in `shape`: uniform in [-1,1), the same bits on every
   * backend, or standard normal, to float32's rounding. Not differentiable.
   */
  randomStart: {
    inputs: { key: T };
    attrs: { shape: [number, number, number, number]; distribution: 'uniform' | 'gaussian' };
    outputs: [noise: T];
  };
}

/** One backend's implementation of a kernel. `B` is the backend's class. */
export type KernelImplementation<K extends KernelKey, B = unknown> = (args: {
  inputs: Signatures[K]['inputs'];
  attrs: Signatures[K]['attrs'];
  backend: B;
}) => tf.TensorInfo | tf.TensorInfo[];

/** A backend's fast kernels, for any subset of the kernels. */
export type KernelSet<B = unknown> = { [K in KernelKey]?: KernelImplementation<K, B> };
