/**
 * Losses of a few values per image, and running statistics of a few channels, on WASM: plain JavaScript in float64 on
 * tfjs's memory, since calling one stock op costs more than the whole computation.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { WasmProgram } from './module.ts';

const sizeOf = (t: tf.TensorInfo): number => t.shape.reduce((a, b) => a * b, 1);
const read = (program: WasmProgram, t: tf.TensorInfo): Float32Array =>
  program.floats(program.address(t), sizeOf(t));

/** New tensors. Make them before any view: an allocation may move the memory, which makes views invalid. */
function outputs(program: WasmProgram, ...shapes: number[][]): tf.TensorInfo[] {
  return shapes.map((shape) => program.output([...shape]));
}

/** log sum_k exp(logits[n,k]) of the row that starts at `row`. */
function logSumExp(logits: Float32Array, row: number, classes: number): number {
  let max = -Infinity;
  for (let k = 0; k < classes; k++) max = Math.max(max, logits[row + k]);
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += Math.exp(logits[row + k] - max);
  return max + Math.log(sum);
}

/** -log softmax(logits)_label. logits [N,K], labels [N] int32 -> [N]. */
export function crossEntropy(
  program: WasmProgram,
  logits: tf.TensorInfo,
  labels: tf.TensorInfo,
): tf.TensorInfo {
  const [n, classes] = logits.shape;
  const [loss] = outputs(program, [n]);
  const [z, y] = [read(program, logits), program.ints(program.address(labels), n)];
  const target = read(program, loss);
  for (let i = 0; i < n; i++) {
    const row = i * classes;
    target[i] = logSumExp(z, row, classes) - z[row + y[i]];
  }
  return loss;
}

/** dy * (softmax(logits) - one-hot). dy [N] -> [N,K]. */
export function crossEntropyGrad(
  program: WasmProgram,
  dy: tf.TensorInfo,
  logits: tf.TensorInfo,
  labels: tf.TensorInfo,
): tf.TensorInfo {
  const [n, classes] = logits.shape;
  const [dlogits] = outputs(program, logits.shape);
  const [g, z, y] = [read(program, dy), read(program, logits), program.ints(program.address(labels), n)];
  const target = read(program, dlogits);
  for (let i = 0; i < n; i++) {
    const row = i * classes;
    const log = logSumExp(z, row, classes);
    for (let k = 0; k < classes; k++) {
      target[row + k] = g[i] * (Math.exp(z[row + k] - log) - (k === y[i] ? 1 : 0));
    }
  }
  return dlogits;
}

/** a.b, |a|^2 and |b|^2 of one row. */
function products(a: Float32Array, b: Float32Array, row: number, d: number): [number, number, number] {
  let [ab, aa, bb] = [0, 0, 0];
  for (let j = row; j < row + d; j++) {
    ab += a[j] * b[j];
    aa += a[j] * a[j];
    bb += b[j] * b[j];
  }
  return [ab, aa, bb];
}

/** 1 - a.b / sqrt(|a|^2 |b|^2 + epsilon^2). a, b [N,D] -> [N]. */
export function cosineDistance(
  program: WasmProgram,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  epsilon: number,
): tf.TensorInfo {
  const [n, d] = a.shape;
  const [distance] = outputs(program, [n]);
  const [va, vb, target] = [a, b, distance].map((t) => read(program, t));
  for (let i = 0; i < n; i++) {
    const [ab, aa, bb] = products(va, vb, i * d, d);
    target[i] = 1 - ab / Math.sqrt(aa * bb + epsilon ** 2);
  }
  return distance;
}

/** [da, db] by the formula in signatures.ts. */
export function cosineDistanceGrad(
  program: WasmProgram,
  dy: tf.TensorInfo,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  epsilon: number,
): tf.TensorInfo[] {
  const [n, d] = a.shape;
  const gradients = outputs(program, a.shape, b.shape);
  const [g, va, vb, da, db] = [dy, a, b, ...gradients].map((t) => read(program, t));
  for (let i = 0; i < n; i++) {
    const [ab, aa, bb] = products(va, vb, i * d, d);
    const r = 1 / Math.sqrt(aa * bb + epsilon ** 2);
    const along = g[i] * ab * r ** 3;
    for (let j = i * d; j < (i + 1) * d; j++) {
      da[j] = along * bb * va[j] - g[i] * r * vb[j];
      db[j] = along * aa * vb[j] - g[i] * r * va[j];
    }
  }
  return gradients;
}

/** running + momentum * (batch - running) for mean and variance, [C]; the batch's variance times `correction`. */
export function runningStatistics(
  program: WasmProgram,
  inputs: Record<'runningMean' | 'runningVariance' | 'mean' | 'variance', tf.TensorInfo>,
  { momentum, correction }: { momentum: number; correction: number },
): tf.TensorInfo[] {
  const { shape } = inputs.mean;
  const moved = outputs(program, shape, shape);
  const [newMean, newVariance] = moved.map((t) => read(program, t));
  const { runningMean, runningVariance, mean, variance } = inputs;
  const [oldMean, oldVariance, m, v] = [runningMean, runningVariance, mean, variance].map((t) =>
    read(program, t),
  );
  for (let c = 0; c < m.length; c++) {
    newMean[c] = oldMean[c] + momentum * (m[c] - oldMean[c]);
    newVariance[c] = oldVariance[c] + momentum * (correction * v[c] - oldVariance[c]);
  }
  return moved;
}
