/**
 * Checks and times a backend each time it starts. Gradients have been wrong on some devices and drivers, so forward
 * pass, gradients, attack step and random numbers are compared with plain JavaScript before anything is trained.
 */
import * as tf from '@tensorflow/tfjs-core';
import { errorMessage } from '../error-message.ts';
import { philoxNormal, philoxUniform } from '../random/philox.ts';
import {
  BN_EPSILON,
  addRelu,
  batchNormTrain,
  conv2d,
  globalAveragePool,
  pgdStep,
  randomStart,
} from './ops.ts';
import { plain, plainBatchNormRelu, plainConv, plainConvGrads } from './plain.ts';
import type { PlainArray } from './plain.ts';

export interface SelfTestResult {
  /** A short phrase for each failure; empty if there is none. */
  readonly failures: readonly string[];
  /** GFLOP/s of a small step of convolution, BatchNorm and their gradients; 0 if there were failures. */
  readonly gflops: number;
}

/**
 * The largest difference, relative to the largest expected value. That of float32 sums of a few hundred terms is far
 * below, that of wrong kernels far above.
 */
const TOLERANCE = 2e-3;

/** Small versions of a network's convolutions: stem, odd size with stride 2, projection shortcut. */
const CONVOLUTIONS = [
  { size: 8, cin: 3, cout: 8, k: 3, stride: 1 },
  { size: 7, cin: 8, cout: 12, k: 3, stride: 2 },
  { size: 8, cin: 8, cout: 16, k: 1, stride: 2 },
  { size: 6, cin: 16, cout: 16, k: 3, stride: 1 },
] as const;

/** Deterministic values in [-1, 1] without a regular structure, which could hide a kernel's mistake. */
const wave = (shape: readonly number[], seed: number): PlainArray =>
  plain(shape, (i) => Math.sin((i + 1) * (12.9898 + seed) + seed * 78.233));
const toTensor = <T extends tf.Tensor>(a: PlainArray): T =>
  tf.tensor(Float32Array.from(a.values), [...a.shape]) as T;

/** Reads `got` back, disposes it, and compares it. Null if it is within TOLERANCE, else a phrase; NaN is a failure. */
async function compare(what: string, got: tf.Tensor, expected: PlainArray): Promise<string | null> {
  const values = await got.data();
  got.dispose();
  if (values.length !== expected.values.length) {
    return `${what} has ${values.length} values instead of ${expected.values.length}`;
  }
  let [worst, scale] = [0, 1e-6];
  expected.values.forEach((e, i) => {
    const difference = Math.abs(values[i] - e);
    // Not Math.max: NaN must count.
    if (!(difference <= worst)) worst = difference;
    scale = Math.max(scale, Math.abs(e));
  });
  return worst <= TOLERANCE * scale
    ? null
    : `${what} is off by ${(worst / scale).toPrecision(2)} of its range`;
}

async function checkConvolutions(): Promise<(string | null)[]> {
  const results: (string | null)[] = [];
  for (const { size, cin, cout, k, stride } of CONVOLUTIONS) {
    const x = wave([2, size, size, cin], 1);
    const filter = wave([k, k, cin, cout], 2);
    const y = plainConv(x, filter, stride);
    const dy = wave(y.shape, 3);
    const expected = plainConvGrads(x, filter, dy, stride);
    const got = tf.tidy(() => {
      const [tx, tf4, tdy] = [toTensor<tf.Tensor4D>(x), toTensor<tf.Tensor4D>(filter), toTensor(dy)];
      const forward = (a: tf.Tensor, f: tf.Tensor) => conv2d(a as tf.Tensor4D, f as tf.Tensor4D, stride);
      return [forward(tx, tf4), ...tf.grads(forward)([tx, tf4], tdy)];
    });
    const name = `${k}x${k} convolution, stride ${stride}`;
    results.push(await compare(name, got[0], y));
    results.push(await compare(`${name}, input gradient`, got[1], expected.dx));
    results.push(await compare(`${name}, filter gradient`, got[2], expected.dfilter));
  }
  return results;
}

async function checkBatchNorm(): Promise<(string | null)[]> {
  const [x, gamma, beta] = [wave([3, 5, 5, 8], 4), wave([8], 5), wave([8], 6)];
  const dy = wave(x.shape, 7);
  const expected = plainBatchNormRelu(x, gamma, beta, dy, BN_EPSILON);
  const got = tf.tidy(() => {
    const inputs = [x, gamma, beta].map((a) => toTensor(a));
    const run = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
      batchNormTrain(a, g as tf.Tensor1D, b as tf.Tensor1D, true);
    const { y, mean, variance } = run(inputs[0], inputs[1], inputs[2]);
    return [y, mean, variance, ...tf.grads((a, g, b) => run(a, g, b).y)(inputs, toTensor(dy))];
  });
  const names = ['y', 'mean', 'variance', 'dx', 'dgamma', 'dbeta'] as const;
  const results: (string | null)[] = [];
  for (let i = 0; i < names.length; i++) {
    results.push(await compare(`BatchNorm ${names[i]}`, got[i], expected[names[i]]));
  }
  return results;
}

/** relu(a + b), pooled, with its gradient. */
async function checkPool(): Promise<(string | null)[]> {
  const [a, b, dy] = [wave([2, 4, 4, 8], 8), wave([2, 4, 4, 8], 9), wave([2, 8], 10)];
  const active = plain(a.shape, (i) => (a.values[i] + b.values[i] > 0 ? 1 : 0));
  const sampleAndChannel = (i: number) => Math.floor(i / (16 * 8)) * 8 + (i % 8);
  const pooled = plain(dy.shape);
  active.values.forEach((on, i) => {
    pooled.values[sampleAndChannel(i)] += (on * (a.values[i] + b.values[i])) / 16;
  });
  const expectedGrad = plain(a.shape, (i) => (active.values[i] * dy.values[sampleAndChannel(i)]) / 16);
  const [y, da] = tf.tidy(() => {
    const [ta, tb] = [toTensor(a), toTensor(b)];
    const forward = (p: tf.Tensor) => globalAveragePool(addRelu(p, tb) as tf.Tensor4D);
    return [forward(ta), tf.grad(forward)(ta, toTensor(dy))];
  });
  return [await compare('pool', y, pooled), await compare('pool gradient', da, expectedGrad)];
}

/** One attack step: sign of positive, negative, zero and tiny gradients, projection and clamp. */
async function checkSign(): Promise<(string | null)[]> {
  const gradient = [2, -2, 0, 1e-12, -1e-12, 5, -5, 0.5];
  const x = [0.5, 0.5, 0.5, 0.5, 0.5, 0.99, 0.01, 0.53];
  const x0 = [0.5, 0.5, 0.5, 0.5, 0.5, 0.99, 0.01, 0.5];
  const expected = [0.52, 0.48, 0.5, 0.52, 0.48, 1, 0, 0.53];
  const moved = tf.tidy(() => {
    const [tx, tg, t0] = [x, gradient, x0].map((v) => tf.tensor4d(v, [1, 2, 2, 2]));
    return pgdStep(tx, tg, t0, 0.02, 0.03);
  });
  return [
    await compare(
      'attack step',
      moved,
      plain([1, 2, 2, 2], (i) => expected[i]),
    ),
  ];
}

/** The random numbers of attacks, which need 32-bit products and shifts that no other check uses. */
async function checkRandomStart(): Promise<(string | null)[]> {
  const key = Int32Array.of(-5, 1, 1_000_000, 0);
  const shape = [2, 3, 3, 3] as [number, number, number, number];
  const draw = (distribution: 'uniform' | 'gaussian') =>
    tf.tidy(() => randomStart(tf.tensor1d(key, 'int32'), shape, distribution));
  const [uniform, normal] = [philoxUniform(54, key), philoxNormal(54, key)];
  return [
    await compare(
      'uniform random start',
      draw('uniform'),
      plain(shape, (i) => uniform[i]),
    ),
    await compare(
      'normal random start',
      draw('gaussian'),
      plain(shape, (i) => normal[i]),
    ),
  ];
}

/** NaN must still be NaN after a convolution and reading back, or a diverged run would go unnoticed. */
async function checkNaN(): Promise<(string | null)[]> {
  const y = tf.tidy(() => {
    const x = tf.tensor4d([NaN, ...new Array<number>(31).fill(1)], [1, 4, 4, 2]);
    return conv2d(x, tf.ones([3, 3, 2, 4]) as tf.Tensor4D, 1);
  });
  const values = await y.data();
  y.dispose();
  return [Number.isNaN(values[0]) ? null : 'NaN is not seen after readback'];
}

/** Seconds and floating-point operations of a forward and backward pass of conv, BatchNorm, ReLU, [batch,16,16,32]. */
async function timeStep(batch: number): Promise<{ seconds: number; flop: number }> {
  const x = tf.randomNormal([batch, 16, 16, 32], 0, 1, 'float32', 1);
  const filter = tf.randomNormal([3, 3, 32, 32], 0, 0.1, 'float32', 2);
  const [gamma, beta] = [tf.ones([32]) as tf.Tensor1D, tf.zeros([32]) as tf.Tensor1D];
  const run = async () => {
    const started = performance.now();
    const grads = tf.tidy(() =>
      tf.grads((a, f) => {
        const z = conv2d(a as tf.Tensor4D, f as tf.Tensor4D, 1);
        return globalAveragePool(batchNormTrain(z, gamma, beta, true).y as tf.Tensor4D);
      })([x, filter]),
    );
    await grads[1].data();
    tf.dispose(grads);
    return (performance.now() - started) / 1000;
  };
  await run(); // compiles
  const seconds = Math.min(await run(), await run());
  tf.dispose([x, filter, gamma, beta]);
  return { seconds, flop: 3 * 2 * 9 * 32 * 32 * 256 * batch };
}

/** Tests the current backend, in under a second on a usable device. Leaks no tensors. */
export async function selfTest(): Promise<SelfTestResult> {
  const failures: string[] = [];
  const checks = [checkConvolutions, checkBatchNorm, checkPool, checkSign, checkRandomStart, checkNaN];
  for (const check of checks) {
    try {
      failures.push(...(await check()).filter((f) => f !== null));
    } catch (e) {
      failures.push(`${check.name} failed: ${errorMessage(e)}`);
    }
  }
  if (failures.length > 0) return { failures, gflops: 0 };
  let timing = await timeStep(4);
  // A batch that takes almost no time is too small to measure the machine's speed.
  if (timing.seconds < 0.02) timing = await timeStep(64);
  return { failures, gflops: timing.flop / timing.seconds / 1e9 };
}
