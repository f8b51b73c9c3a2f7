/** BatchNorm, its gradients and pooling on WASM. Channels must be a multiple of four. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Address, WasmProgram } from './module.ts';

const FLOAT = 4;

/** Addresses of `count` vectors [channels] in scratch memory. */
const channelVectors = (program: WasmProgram, channels: number, count: number): Address[] => {
  const start = program.scratch('channels', channels * count * FLOAT);
  return Array.from({ length: count }, (_, i) => start + i * channels * FLOAT);
};

const sizes = (x: tf.TensorInfo): { rows: number; channels: number } => {
  const channels = x.shape[x.shape.length - 1];
  return { rows: x.shape.reduce((a, b) => a * b, 1) / channels, channels };
};

/** BatchNorm with given statistics as y = x * scale + bias, then ReLU if `relu`. */
export function batchNormEval(
  program: WasmProgram,
  x: tf.TensorInfo,
  { gamma, beta, mean, variance }: Record<'gamma' | 'beta' | 'mean' | 'variance', tf.TensorInfo>,
  relu: boolean,
  epsilon: number,
): tf.TensorInfo {
  const { rows, channels } = sizes(x);
  const at = (t: tf.TensorInfo): Address => program.address(t);
  const y = program.output(x.shape);
  const [scale, bias] = channelVectors(program, channels, 2);
  const read = (t: tf.TensorInfo) => program.floats(program.address(t), channels);
  const [g, b, m, v] = [gamma, beta, mean, variance].map(read);
  const [s, o] = [scale, bias].map((a) => program.floats(a, channels));
  for (let c = 0; c < channels; c++) {
    const factor = g[c] / Math.sqrt(v[c] + epsilon);
    s[c] = factor;
    o[c] = b[c] - m[c] * factor;
  }
  program.rows(
    relu ? 'scaleRelu' : 'scale',
    { streams: [at(x), at(y)], vectors: [scale, bias] },
    rows,
    channels,
  );
  return y;
}

/** Mean and biased variance in two passes over x, then y. */
export function batchNormTrain(
  program: WasmProgram,
  x: tf.TensorInfo,
  gamma: tf.TensorInfo,
  beta: tf.TensorInfo,
  relu: boolean,
  epsilon: number,
): tf.TensorInfo[] {
  const { rows, channels } = sizes(x);
  const at = (t: tf.TensorInfo): Address => program.address(t);
  const [mean, variance] = [program.output([channels]), program.output([channels])];
  const divide = (t: tf.TensorInfo): void => {
    const values = program.floats(program.address(t), channels);
    for (let c = 0; c < channels; c++) values[c] /= rows;
  };
  program.rows('sum', { streams: [at(x)], sums: [at(mean)] }, rows, channels);
  divide(mean);
  program.rows('sumSquares', { streams: [at(x)], vectors: [at(mean)], sums: [at(variance)] }, rows, channels);
  divide(variance);
  return [batchNormEval(program, x, { gamma, beta, mean, variance }, relu, epsilon), mean, variance];
}

interface Saved {
  readonly x: tf.TensorInfo;
  readonly y: tf.TensorInfo;
  readonly mean: tf.TensorInfo;
  readonly variance: tf.TensorInfo;
}

/** [dgamma, dbeta]: sums over the rows. */
export function batchNormParamGrad(
  program: WasmProgram,
  dy: tf.TensorInfo,
  { x, y, mean, variance }: Saved,
  relu: boolean,
  epsilon: number,
): [tf.TensorInfo, tf.TensorInfo] {
  const { rows, channels } = sizes(x);
  const at = (t: tf.TensorInfo): Address => program.address(t);
  const [dgamma, dbeta] = [program.output([channels]), program.output([channels])];
  const streams = relu ? [dy, x, y] : [dy, x];
  program.rows(
    relu ? 'gradSumsRelu' : 'gradSums',
    { streams: streams.map(at), vectors: [at(mean)], sums: [at(dbeta), at(dgamma)] },
    rows,
    channels,
  );
  // The pass sums dz * (x - mean); dgamma needs xhat, which is that divided by the standard deviation.
  const sums = program.floats(program.address(dgamma), channels);
  const v = program.floats(program.address(variance), channels);
  for (let c = 0; c < channels; c++) sums[c] /= Math.sqrt(v[c] + epsilon);
  return [dgamma, dbeta];
}

/** [dx, dgamma, dbeta]. */
export function batchNormTrainGrad(
  program: WasmProgram,
  dy: tf.TensorInfo,
  saved: Saved & { readonly gamma: tf.TensorInfo },
  relu: boolean,
  epsilon: number,
): tf.TensorInfo[] {
  const { x, y, mean, variance, gamma } = saved;
  const { rows, channels } = sizes(x);
  const at = (t: tf.TensorInfo): Address => program.address(t);
  const [dgamma, dbeta] = batchNormParamGrad(program, dy, saved, relu, epsilon);
  const dx = program.output(x.shape);
  const [a, b, c] = channelVectors(program, channels, 3);
  const read = (t: tf.TensorInfo) => program.floats(program.address(t), channels);
  const [g, v, sumDzXhat, sumDz] = [gamma, variance, dgamma, dbeta].map(read);
  const [fa, fb, fc] = [a, b, c].map((address) => program.floats(address, channels));
  for (let i = 0; i < channels; i++) {
    const invStd = 1 / Math.sqrt(v[i] + epsilon);
    fa[i] = g[i] * invStd;
    fb[i] = (-g[i] * invStd * invStd * sumDzXhat[i]) / rows;
    fc[i] = (-g[i] * invStd * sumDz[i]) / rows;
  }
  const streams = relu ? [dy, x, dx, y] : [dy, x, dx];
  program.rows(
    relu ? 'gradApplyRelu' : 'gradApply',
    { streams: streams.map(at), vectors: [at(mean), a, b, c] },
    rows,
    channels,
  );
  return [dx, dgamma, dbeta];
}

/** dx of batchNormEval. */
export function batchNormEvalGrad(
  program: WasmProgram,
  dy: tf.TensorInfo,
  { y, gamma, variance }: Record<'y' | 'gamma' | 'variance', tf.TensorInfo>,
  relu: boolean,
  epsilon: number,
): tf.TensorInfo {
  const { rows, channels } = sizes(dy);
  const at = (t: tf.TensorInfo): Address => program.address(t);
  const dx = program.output(dy.shape);
  const [scale] = channelVectors(program, channels, 1);
  const [g, v] = [gamma, variance].map((t) => program.floats(program.address(t), channels));
  const s = program.floats(scale, channels);
  for (let c = 0; c < channels; c++) s[c] = g[c] / Math.sqrt(v[c] + epsilon);
  const streams = relu ? [dy, dx, y] : [dy, dx];
  program.rows(
    relu ? 'gradScaleRelu' : 'gradScale',
    { streams: streams.map(at), vectors: [scale] },
    rows,
    channels,
  );
  return dx;
}

/** [N,H,W,C] -> [N,C]. */
export function globalAveragePool(program: WasmProgram, x: tf.TensorInfo): tf.TensorInfo {
  const [n, h, w, c] = x.shape;
  const y = program.output([n, c]);
  const [from, to] = [program.address(x), program.address(y)];
  for (let i = 0; i < n; i++) {
    program.rows('sum', { streams: [from + i * h * w * c * FLOAT], sums: [to + i * c * FLOAT] }, h * w, c);
  }
  const values = program.floats(to, n * c);
  for (let i = 0; i < values.length; i++) values[i] /= h * w;
  return y;
}

/** [N,C] -> [N,height,width,C], divided by height * width. */
export function globalAveragePoolGrad(
  program: WasmProgram,
  dy: tf.TensorInfo,
  height: number,
  width: number,
): tf.TensorInfo {
  const [n, c] = dy.shape;
  const dx = program.output([n, height, width, c]);
  const pixels = height * width;
  const scaled = program.scratch('channels', n * c * FLOAT);
  const [from, to] = [program.floats(program.address(dy), n * c), program.floats(scaled, n * c)];
  for (let i = 0; i < n * c; i++) to[i] = from[i] / pixels;
  const target = program.address(dx);
  for (let i = 0; i < n; i++) {
    program.rows(
      'broadcast',
      { streams: [target + i * pixels * c * FLOAT], vectors: [scaled + i * c * FLOAT] },
      pixels,
      c,
    );
  }
  return dx;
}
