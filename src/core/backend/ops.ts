/**
 * The operations of networks and attacks. Layers above call these instead of stock tfjs ops, which are slower. Tensors
 * are float32, except labels, packed images, draws and keys of random streams (int32). Images are [N,H,W,C], filters
 * [kh,kw,in,out]. Convolutions multiply in 16 bits in half precision (precision.ts). Callers own what they pass in;
 * the enclosing `tidy` or the caller owns results.
 *
 * Each is one kernel of kernels/signatures.ts: a backend's fast version if it has one, else the composition of stock
 * ops in reference.ts. Gradients are in kernels/gradients.ts. On WebGPU and WASM, call `initialiseBackend` first, which
 * registers the fast ones.
 */
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from './kernels/gradients.ts';
import { registerGenericKernels } from './kernels/register.ts';
import { runKernel } from './kernels/run-kernel.ts';
import { convolutionPrecision } from './precision.ts';
import { registerStockGradients } from './stock-gradients.ts';

registerGenericKernels();
registerGradients();
registerStockGradients();

/** PyTorch's nn.BatchNorm2d default. */
export const BN_EPSILON = 1e-5;

/**
 * Cross-correlation with PyTorch's zero padding (kh-1)/2 on every side. x [N,H,W,in], filter [k,k,in,out], k odd.
 * Throws `Error` for other shapes.
 */
export function conv2d(x: tf.Tensor4D, filter: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  checkConvolution(x, filter);
  return runKernel('conv2d', { x, filter }, { stride, ...convolutionPrecision() })[0] as tf.Tensor4D;
}

/**
 * `conv2d` that also returns x, for its other uses: if they use the returned x, the convolution's gradient kernel adds
 * their gradient, and no separate kernel is needed. Same shapes and errors.
 */
export function conv2dPassing(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  stride: 1 | 2,
): { y: tf.Tensor4D; x: tf.Tensor4D } {
  checkConvolution(x, filter);
  const attrs = { stride, ...convolutionPrecision() };
  const [y, passed] = runKernel('conv2dPassing', { x, filter }, attrs) as tf.Tensor4D[];
  return { y, x: passed };
}

function checkConvolution(x: tf.Tensor4D, filter: tf.Tensor4D): void {
  const [kh, kw, cin] = filter.shape;
  if (x.rank !== 4 || filter.rank !== 4 || kh !== kw || kh % 2 === 0 || cin !== x.shape[3]) {
    throw new Error(
      `conv2d: expected x [N,H,W,in] and filter [k,k,in,out] with odd k; got x [${x.shape}] and filter [${filter.shape}].`,
    );
  }
}

export interface BatchNormResult {
  /** gamma * (x - mean) / sqrt(var + eps) + beta, then ReLU if `relu`; shape of x. */
  readonly y: tf.Tensor;
  /**
   * Batch mean and biased batch variance over all axes but the last, [C]. No gradient flows through these two outputs.
   */
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
  const [y, mean, variance] = runKernel('batchNormTrain', { x, gamma, beta }, { relu, epsilon: BN_EPSILON });
  return { y, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/** The end of a residual block in train mode: y = relu(BatchNorm(x) + residual); residual has the shape of x. */
export function batchNormAddRelu(
  x: tf.Tensor,
  residual: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
): BatchNormResult {
  tf.util.assertShapesMatch(x.shape, residual.shape, 'batchNormAddRelu: ');
  const inputs = { x, residual, gamma, beta };
  const [y, mean, variance] = runKernel('batchNormAddRelu', inputs, { epsilon: BN_EPSILON });
  return { y, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/**
 * BatchNorm with given statistics (eval mode). x [N,H,W,C] or [N,C]; the rest [C]. Differentiable in x, gamma and beta
 * only.
 */
export function batchNormEval(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  relu: boolean,
): tf.Tensor {
  return runKernel('batchNormEval', { x, gamma, beta, mean, variance }, { relu, epsilon: BN_EPSILON })[0];
}

/** (x - 0.5) * scale: images in [0,1] as a network sees them. */
export function scaleInput<T extends tf.Tensor>(x: T, scale: number): T {
  return runKernel('scaleInput', { x }, { scale })[0] as T;
}

/** relu(a + b), the end of a residual block. Throws `Error` unless a and b have the same shape. */
export function addRelu(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  tf.util.assertShapesMatch(a.shape, b.shape, 'addRelu: ');
  return runKernel('addRelu', { a, b }, {})[0];
}

/** Global average pool, [N,H,W,C] -> [N,C]. */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  return runKernel('globalAveragePool', { x }, {})[0] as tf.Tensor2D;
}

/** x weight + bias: x [N,in], weight [in,out], bias [out] if given -> [N,out]. */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D {
  const inputs = bias ? { a: x, b: weight, bias } : { a: x, b: weight };
  return runKernel('matMul', inputs, { transposeA: false, transposeB: false })[0] as tf.Tensor2D;
}

/** -log softmax(logits)_label per example: logits [N,K], labels [N] int32 -> [N]. Differentiable in the logits. */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  return runKernel('crossEntropy', { logits, labels }, {})[0] as tf.Tensor1D;
}

/** 1 - cosine similarity per row, as in PyTorch's F.cosine_similarity with its epsilon: a, b [N,D] -> [N]. */
export function cosineDistance(a: tf.Tensor2D, b: tf.Tensor2D, epsilon: number): tf.Tensor1D {
  return runKernel('cosineDistance', { a, b }, { epsilon })[0] as tf.Tensor1D;
}

/**
 * Running mean and variance [C] after a batch with this mean and biased variance [C]; the variance is multiplied by
 * `correction`. New tensors, which the caller owns. Not differentiable.
 */
export function runningStatistics(
  running: { readonly mean: tf.Tensor; readonly variance: tf.Tensor },
  batch: { readonly mean: tf.Tensor; readonly variance: tf.Tensor },
  momentum: number,
  correction: number,
): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const inputs = { runningMean: running.mean, runningVariance: running.variance, ...batch };
  const [mean, variance] = runKernel('runningStatistics', inputs, { momentum, correction });
  return { mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/**
 * One L-inf ascent step: clip(x0 + clip(x + stepSize * sign(grad) - x0, -eps, eps), 0, 1). All [N,H,W,C]. Not
 * differentiable.
 */
export function pgdStep(
  x: tf.Tensor4D,
  grad: tf.Tensor4D,
  x0: tf.Tensor4D,
  stepSize: number,
  eps: number,
): tf.Tensor4D {
  return runKernel('pgdStep', { x, grad, x0 }, { stepSize, eps })[0] as tf.Tensor4D;
}

/**
 * PyTorch's SGD on all parameters at once, in as few dispatches as the backend can:
 * g += wd * p; v = momentum * v + g; p -= lr * v. Assigns the new values to `parameters` and `velocities`, or writes
 * them into their memory. So no other tensor may share that memory, as the result of `tf.clone` or `assign` would. The
 * three lists correspond by index and shape; the caller owns `gradients`. Throws `Error` if their lengths differ.
 */
export function sgdUpdate(
  parameters: readonly tf.Variable[],
  velocities: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  lr: number,
  momentum: number,
  weightDecay: number,
): void {
  const count = parameters.length;
  if (velocities.length !== count || gradients.length !== count) {
    throw new Error(
      `sgdUpdate: expected as many velocities and gradients as parameters (${count}); got ${velocities.length} and ${gradients.length}.`,
    );
  }
  if (count === 0) return;
  const inputs: Record<string, tf.Tensor> = {};
  for (let i = 0; i < count; i++) {
    inputs[`p${i}`] = parameters[i];
    inputs[`v${i}`] = velocities[i];
    inputs[`g${i}`] = gradients[i];
  }
  tf.tidy(() => {
    const updated = runKernel('sgd', inputs, { count, lr, momentum, weightDecay });
    for (let i = 0; i < count; i++) {
      parameters[i].assign(updated[i]);
      velocities[i].assign(updated[count + i]);
    }
  });
}

/** A training set on the device (training/device-images.ts). */
export interface PackedImages {
  /** [n,1024] int32, each pixel as 65536 R + 256 G + B. */
  readonly images: tf.Tensor2D;
  /** [256] float32: k / 255. */
  readonly levels: tf.Tensor1D;
}

/**
 * Crops and flips on the device, with the same bits as `augmentInto` (data/augment.ts): draws [B,4] int32 = (index, dx,
 * dy, mirrored) -> [B,32,32,3] in [0,1]. Not differentiable. Throws `Error` for draws of another shape or type.
 */
export function augmentBatch({ images, levels }: PackedImages, draws: tf.Tensor2D): tf.Tensor4D {
  if (draws.rank !== 2 || draws.shape[1] !== 4 || draws.dtype !== 'int32') {
    throw new Error(
      `augmentBatch: expected draws [B,4] int32 = (index, dx, dy, mirrored); got [${draws.shape}] ${draws.dtype}.`,
    );
  }
  return runKernel('augmentBatch', { images, levels, draws }, {})[0] as tf.Tensor4D;
}

/**
 * The attack's random start, drawn on the device: key [4] int32 = (seed, stream, step, 0), see core/random/philox.ts.
 * Uniform in [-1,1), the same bits on every backend, or standard normal, to float32's rounding. Not differentiable.
 * Throws `Error` for a key of another size or type.
 */
export function randomStart(
  key: tf.Tensor1D,
  shape: [number, number, number, number],
  distribution: 'uniform' | 'gaussian',
): tf.Tensor4D {
  if (key.size !== 4 || key.dtype !== 'int32') {
    throw new Error(
      `randomStart: expected a key [4] int32 = (seed, stream, step, 0); got [${key.shape}] ${key.dtype}.`,
    );
  }
  return runKernel('randomStart', { key }, { shape, distribution })[0] as tf.Tensor4D;
}

/** The identity with a gradient of zero, which tfjs lacks. */
export const stopGradient: <T extends tf.Tensor>(x: T) => T = tf.customGrad((x: unknown) => ({
  value: tf.clone(x as tf.Tensor),
  gradFunc: (dy: tf.Tensor | tf.Tensor[]) => tf.zerosLike(dy as tf.Tensor),
})) as never;
