import '@tensorflow/tfjs-backend-cpu';
// tfjs's own gradients, as the reference: ours do not replace those already registered.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import * as ops from './ops.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const close = (a: tf.Tensor, b: tf.Tensor, tolerance = 1e-4) => {
  expect(a.shape).toEqual(b.shape);
  const [x, y] = [a.dataSync(), b.dataSync()];
  let worst = 0;
  for (let i = 0; i < x.length; i++) worst = Math.max(worst, Math.abs(x[i] - y[i]) / (1 + Math.abs(y[i])));
  expect(worst).toBeLessThan(tolerance);
};
const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** A loss with a different weight for every output, which reveals a permuted or wrongly scaled gradient. */
const weighted = (y: tf.Tensor) =>
  tf.sum(tf.mul(y, tf.reshape(tf.linspace(-1, 2, y.size), y.shape))) as tf.Scalar;

test.each([
  { size: 8, k: 3, stride: 1 as const },
  { size: 8, k: 3, stride: 2 as const },
  { size: 7, k: 3, stride: 2 as const },
  { size: 8, k: 1, stride: 2 as const },
  { size: 5, k: 1, stride: 1 as const },
])(
  'given a $k x $k filter, stride $stride, size $size, when differentiated, then the gradients of conv2d agree with stock tfjs',
  ({ size, k, stride }) => {
    tf.tidy(() => {
      const x = normal([2, size, size, 3], 1) as tf.Tensor4D;
      const filter = normal([k, k, 3, 4], 2) as tf.Tensor4D;
      const stock = tf.grads((a, f) =>
        weighted(tf.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, stride, (k - 1) / 2)),
      );
      const ours = tf.grads((a, f) => weighted(ops.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, stride)));
      const [dx, df] = ours([x, filter]);
      const [ex, ef] = stock([x, filter]);
      close(dx, ex);
      close(df, ef);
    });
  },
);

test('given an x that is used twice, when differentiated through conv2dPassing, then dx is the sum of both uses', () => {
  tf.tidy(() => {
    const x = normal([2, 5, 6, 3], 1) as tf.Tensor4D;
    const filter = normal([3, 3, 3, 3], 2) as tf.Tensor4D;
    const ours = tf.grads((a, f) => {
      const { y, x: passed } = ops.conv2dPassing(a as tf.Tensor4D, f as tf.Tensor4D, 1);
      return tf.add(weighted(y), weighted(tf.square(passed)));
    });
    const stock = tf.grads((a, f) =>
      tf.add(weighted(tf.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, 1, 1)), weighted(tf.square(a))),
    );
    const expected = stock([x, filter]);
    ours([x, filter]).forEach((d, i) => close(d, expected[i]));
  });
});

test('given batch statistics, when differentiated, then batchNormTrain agrees with tfjs differentiating the formula', () => {
  tf.tidy(() => {
    for (const [shape, relu] of [
      [[3, 5, 4, 6], true],
      [[3, 5, 4, 6], false],
      [[9, 6], true],
    ] as const) {
      const x = normal([...shape], 3);
      const gamma = normal([6], 4) as tf.Tensor1D;
      const beta = normal([6], 5) as tf.Tensor1D;
      const formula = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor) => {
        const axes = shape.slice(0, -1).map((_, i) => i);
        const { mean, variance } = tf.moments(a, axes);
        const z = tf.add(tf.mul(tf.mul(tf.sub(a, mean), tf.rsqrt(tf.add(variance, ops.BN_EPSILON))), g), b);
        return relu ? tf.relu(z) : z;
      };
      const ours = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
        ops.batchNormTrain(a, g as tf.Tensor1D, b as tf.Tensor1D, relu).y;
      close(ours(x, gamma, beta), formula(x, gamma, beta));
      const got = tf.grads((a, g, b) => weighted(ours(a, g, b)))([x, gamma, beta]);
      const expected = tf.grads((a, g, b) => weighted(formula(a, g, b)))([x, gamma, beta]);
      got.forEach((t, i) => close(t, expected[i]));
    }
  });
});

test('given running statistics, when differentiated, then batchNormEval agrees with tfjs differentiating the formula', () => {
  tf.tidy(() => {
    const x = normal([3, 5, 4, 6], 3);
    const [gamma, beta, mean] = [4, 5, 6].map((s) => normal([6], s) as tf.Tensor1D);
    const variance = tf.square(normal([6], 7)) as tf.Tensor1D;
    const formula = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
      tf.relu(tf.add(tf.mul(tf.mul(tf.sub(a, mean), tf.rsqrt(tf.add(variance, ops.BN_EPSILON))), g), b));
    const ours = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
      ops.batchNormEval(a, g as tf.Tensor1D, b as tf.Tensor1D, mean, variance, true);
    const got = tf.grads((a, g, b) => weighted(ours(a, g, b)))([x, gamma, beta]);
    const expected = tf.grads((a, g, b) => weighted(formula(a, g, b)))([x, gamma, beta]);
    got.forEach((t, i) => close(t, expected[i]));
  });
});

test('given images, when scaleInput is differentiated, then value and gradient are those of the formula', () => {
  tf.tidy(() => {
    const x = normal([2, 3, 3, 3], 7);
    close(ops.scaleInput(x, 4), tf.mul(tf.sub(x, 0.5), 4));
    const gradient = (f: (a: tf.Tensor) => tf.Tensor) => tf.grad((a) => weighted(f(a)))(x);
    close(
      gradient((a) => ops.scaleInput(a, 4)),
      gradient((a) => tf.mul(tf.sub(a, 0.5), 4)),
    );
  });
});

test('given a tensor that is added twice, when addRelu and the pool are differentiated, then both paths contribute', () => {
  tf.tidy(() => {
    const a = normal([2, 3, 3, 2], 8) as tf.Tensor4D;
    const b = normal([2, 3, 3, 2], 9) as tf.Tensor4D;
    const ours = (p: tf.Tensor, q: tf.Tensor) =>
      weighted(ops.globalAveragePool(ops.addRelu(ops.addRelu(p, q), p) as tf.Tensor4D));
    const stock = (p: tf.Tensor, q: tf.Tensor) =>
      weighted(tf.mean(tf.relu(tf.add(tf.relu(tf.add(p, q)), p)), [1, 2]));
    const got = tf.grads(ours)([a, b]);
    tf.grads(stock)([a, b]).forEach((t, i) => close(got[i], t));
  });
});

test('given stopGradient, when differentiated, then the gradient into its target is exactly 0', () => {
  tf.tidy(() => {
    const x = normal([4], 10);
    const grad = tf.grad((a) => tf.sum(tf.add(tf.mul(a, 0), ops.stopGradient(tf.square(a)))))(x);
    expect([...grad.dataSync()].every((v) => v === 0)).toBe(true);
  });
});

test('given a convolution, when only the gradient of the image is taken, then no filter gradient runs', async () => {
  const x = normal([1, 4, 4, 2], 11) as tf.Tensor4D;
  const filter = tf.variable(normal([3, 3, 2, 2], 12) as tf.Tensor4D);
  const profile = await tf.profile(() =>
    tf.grad((a) => weighted(ops.conv2d(a as tf.Tensor4D, filter as never, 1)))(x),
  );
  const names = profile.kernels.map((k) => k.name);
  expect(names).toContain('AratConv2DInputGrad');
  expect(names).not.toContain('AratConv2DFilterGrad');
});

test('given parameters, when sgdUpdate runs twice, then values follow the rule and the tensor count is constant', () => {
  const p = tf.variable(tf.tensor1d([1, -2]));
  const v = tf.variable(tf.tensor1d([0.5, 0]));
  const g = tf.tensor1d([0.1, 0.2]);
  ops.sgdUpdate([p], [v], [g], 0.1, 0.9, 0.01);
  const before = tf.memory().numTensors;
  ops.sgdUpdate([p], [v], [g], 0.1, 0.9, 0.01);
  expect(tf.memory().numTensors).toBe(before);
  let [ep, ev] = [
    [1, -2],
    [0.5, 0],
  ];
  for (let step = 0; step < 2; step++) {
    ev = ev.map((x, i) => 0.9 * x + [0.1, 0.2][i] + 0.01 * ep[i]);
    ep = ep.map((x, i) => x - 0.1 * ev[i]);
  }
  ep.forEach((x, i) => expect(p.dataSync()[i]).toBeCloseTo(x, 5));
  ev.forEach((x, i) => expect(v.dataSync()[i]).toBeCloseTo(x, 5));
});
