import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { initialiseBackend } from '../backend.ts';
import * as ops from '../ops.ts';
import { KERNEL_CASES, relativeError, runCase, TOLERANCE } from './kernel-cases.ts';
import { KERNELS } from './signatures.ts';
import { WasmProgram } from './wasm/module.ts';

test('given all kernels, when the cases are listed, then each kernel has one', () => {
  expect([...new Set(KERNEL_CASES.map((c) => c.key))].sort()).toEqual(Object.keys(KERNELS).sort());
});

describe('on WASM', () => {
  beforeAll(async () => {
    const started = await initialiseBackend('wasm');
    expect(started.warnings).toEqual([]);
  });

  test.each(KERNEL_CASES.map((c) => [c.key, c.what, c] as const))(
    'given %s, %s, when it runs, then it agrees with the composition of stock ops and leaves no tensors',
    async (_, __, c) => {
      const before = tf.memory().numTensors;
      for (const { got, expected, shape, expectedShape } of await runCase(c)) {
        expect(shape).toEqual(expectedShape);
        expect(relativeError(got, expected)).toBeLessThan(TOLERANCE);
      }
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  test('given a channel far from zero, when normalised, then the variance keeps its digits', () => {
    tf.tidy(() => {
      const x = tf.add(tf.mul(tf.randomNormal([64, 8, 8, 4], 0, 1, 'float32', 3), 0.01), 100);
      const { variance } = ops.batchNormTrain(x, tf.ones([4]), tf.zeros([4]), false);
      for (const v of variance.dataSync()) expect(v).toBeCloseTo(1e-4, 5);
    });
  });

  test('given gradients that are denormal, zero or NaN, when a PGD step is made, then only the sign decides, and zero and NaN do not move the image', () => {
    tf.tidy(() => {
      const grad = tf.tensor4d([1e-40, -1e-40, 0, NaN], [1, 1, 1, 4]);
      const x = tf.fill([1, 1, 1, 4], 0.5) as tf.Tensor4D;
      const moved = ops.pgdStep(x, grad, x, 0.25, 0.5).dataSync();
      expect([...moved]).toEqual([0.75, 0.25, 0.5, 0.5]);
    });
  });

  test('given tiny values, when their sign is computed, then only that of 0 is 0', () => {
    tf.tidy(() => {
      const signs = tf.sign(tf.tensor1d([1e-9, -1e-12, 0, 3, -1e-40])).dataSync();
      expect([...signs]).toEqual([1, -1, 0, 1, -1]);
    });
  });

  test('given a clone, when the original is disposed, then the clone keeps the data', () => {
    const x = tf.tensor1d([1, 2]);
    const clone = tf.clone(x);
    x.dispose();
    expect([...clone.dataSync()]).toEqual([1, 2]);
    clone.dispose();
  });

  test('given NaN in the image, when it passes through convolution, BatchNorm, ReLU and pool, then it is still NaN', () => {
    tf.tidy(() => {
      const x = tf.fill([2, 4, 4, 4], NaN) as tf.Tensor4D;
      const z = ops.conv2d(x, tf.ones([3, 3, 4, 4]), 1);
      const { y } = ops.batchNormTrain(z, tf.ones([4]), tf.zeros([4]), true);
      const pooled = ops.globalAveragePool(ops.addRelu(y, y) as tf.Tensor4D).dataSync();
      expect([...pooled].every(Number.isNaN)).toBe(true);
    });
  });

  test('given large tensors of one shape, when they are added, then each element is right, also after the last whole vector', () => {
    tf.tidy(() => {
      const a = tf.range(0, 20_003);
      const b = tf.mul(tf.range(0, 20_003), -3);
      expect(tf.max(tf.abs(tf.sub(tf.add(a, b), tf.mul(a, -2)))).dataSync()[0]).toBe(0);
      expect(tf.add(tf.cast(a, 'int32'), tf.cast(b, 'int32')).dtype).toBe('int32');
      expect(tf.add(tf.reshape(a, [20_003, 1]), tf.tensor1d([1, 2])).shape).toEqual([20_003, 2]);
    });
  });

  test('given a filter that is assigned, when it is used again, then the new value is used', () => {
    const x = tf.ones([1, 4, 4, 4]) as tf.Tensor4D;
    const filter = tf.variable(tf.ones([1, 1, 4, 4]));
    const first = () => tf.tidy(() => ops.conv2d(x, filter as unknown as tf.Tensor4D, 1).dataSync()[0]);
    expect([first(), first()]).toEqual([4, 4]);
    tf.tidy(() => filter.assign(tf.fill([1, 1, 4, 4], 2)));
    expect(first()).toBe(8);
    tf.dispose([x, filter]);
  });

  test('given more filters than are kept packed, when they are used, then the WASM heap does not grow', () => {
    const memory = (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm;
    const x = tf.ones([1, 2, 2, 256]) as tf.Tensor4D;
    const use = () =>
      tf.tidy(() => {
        const filter = tf.fill([3, 3, 256, 256], 0.5) as tf.Tensor4D;
        expect(ops.conv2d(x, filter, 1).dataSync()[0]).toBe(0.5 * 256 * 4);
      });
    for (let i = 0; i < 30; i++) use();
    const bytes = memory.HEAPU8.length;
    for (let i = 0; i < 60; i++) use();
    expect(memory.HEAPU8.length).toBe(bytes);
    x.dispose();
  });

  test('given thousands of small filters that are used and disposed, then few packed ones are kept, and those in use are right', async () => {
    const program = (await WasmProgram.of(tf.backend() as BackendWasm, 1))!;
    const x = tf.ones([1, 2, 2, 4]) as tf.Tensor4D;
    const inUse = Array.from({ length: 100 }, (_, i) => tf.fill([1, 1, 4, 4], i) as tf.Tensor4D);
    const first = (filter: tf.Tensor4D) => tf.tidy(() => ops.conv2d(x, filter, 1).dataSync()[0]);
    const useAll = () => inUse.map(first);
    useAll();
    for (let i = 0; i < 2_000; i++) tf.tidy(() => first(tf.fill([1, 1, 4, 4], 1) as tf.Tensor4D));
    // Disposed filters are dropped whenever there are twice as many as were left the last time.
    expect(program.derivedTensors).toBeLessThanOrEqual(2 * inUse.length);
    expect(program.derivedTensors).toBeGreaterThanOrEqual(inUse.length);
    expect(useAll()).toEqual(inUse.map((_, i) => 4 * i));
    tf.dispose([x, ...inUse]);
  });

  test('given a step that is repeated, when memory is counted, then tensors and WASM heap do not grow', () => {
    const memory = (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm;
    const x = tf.randomNormal([16, 8, 8, 8], 0, 1, 'float32', 1) as tf.Tensor4D;
    const filter = tf.variable(tf.randomNormal([3, 3, 8, 8], 0, 0.1, 'float32', 2));
    const velocity = tf.variable(tf.zerosLike(filter));
    const step = () =>
      tf.tidy(() => {
        const grad = tf.grad((f) => ops.globalAveragePool(ops.conv2d(x, f as tf.Tensor4D, 2)))(filter);
        ops.sgdUpdate([filter], [velocity], [grad], 0.01, 0.9, 0);
      });
    step();
    const [tensors, bytes] = [tf.memory().numTensors, memory.HEAPU8.length];
    for (let i = 0; i < 200; i++) step();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(memory.HEAPU8.length).toBe(bytes);
  });
});
