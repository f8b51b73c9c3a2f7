import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../backend.ts';
import { augmentInto, drawAugmentation } from '../../data/augment.ts';
import { IMAGE_BYTES } from '../../data/dataset.ts';
import { acquireImages, releaseImages } from '../../training/device-images.ts';
import { philoxNormal, philoxUniform } from '../../random/philox.ts';
import { RandomStream } from '../../random/random.ts';
import * as ops from '../ops.ts';
import { stepCapture } from '../step-capture.ts';
import {
  KERNEL_CASES,
  relativeError,
  TOLERANCE,
  runCaseComposition,
  runCaseKernel,
  type CaseOutput,
} from './kernel-cases.ts';
import { registerFastKernels } from './register.ts';
import { createWebGpuKernels } from './webgpu/index.ts';
import { Runner } from './webgpu/runner.ts';

/** The results of every case in plain JavaScript. */
let expected: CaseOutput[][] = [];

beforeAll(async () => {
  await initialiseBackend('cpu');
  expected = [];
  for (const c of KERNEL_CASES) expected.push(await runCaseComposition(c));
});

/** Kernels that divide their work among threads differently on a GPU and on a software adapter. */
const TILED = /^conv2d|^batchNormTrain|ParamGrad$/;

describe.each([
  ['webgpu', 'as on its software adapter', KERNEL_CASES],
  ['webgpu', 'as on a GPU', KERNEL_CASES.filter((c) => TILED.test(c.key))],
  ['webgl', 'as on any adapter', KERNEL_CASES],
] as const)('on %s %s', (backend, how, cases) => {
  beforeAll(async () => {
    const started = await initialiseBackend(backend);
    expect(started.backend).toBe(backend);
    // One warning names the software adapter; a second would say that fast kernels failed the self-test.
    expect(started.warnings).toHaveLength(1);
    if (how === 'as on a GPU') {
      registerFastKernels(
        'webgpu',
        createWebGpuKernels(new Runner(tf.backend() as unknown as WebGPUBackend, false)),
      );
    }
  });

  test.each(cases.map((c) => [c.key, c.what, c] as const))(
    'given %s, %s, when it runs, then it agrees with plain JavaScript and leaves no tensors',
    async (_, __, c) => {
      const i = KERNEL_CASES.indexOf(c);
      const before = tf.memory().numTensors;
      const got = await runCaseKernel(c);
      expect(got.map((g) => g.shape)).toEqual(expected[i].map((e) => e.shape));
      got.forEach((g, k) => expect(relativeError(g.values, expected[i][k].values)).toBeLessThan(TOLERANCE));
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});

describe('on webgpu', () => {
  beforeAll(async () => {
    await initialiseBackend('webgpu');
  });

  const read = async (compute: () => tf.Tensor): Promise<number[]> => {
    const t = tf.tidy(compute);
    const values = [...(await t.data())];
    t.dispose();
    return values;
  };

  test('given a channel far from zero, when normalised, then the variance keeps its digits', async () => {
    const variance = await read(() => {
      const x = tf.add(tf.mul(tf.randomNormal([64, 8, 8, 4], 0, 1, 'float32', 3), 0.01), 100);
      return ops.batchNormTrain(x, tf.ones([4]), tf.zeros([4]), false).variance;
    });
    for (const v of variance) expect(v).toBeCloseTo(1e-4, 5);
  });

  test('given images of every value, when the GPU crops and flips them, then the bits are those of the host', async () => {
    const images = Uint8Array.from({ length: 4 * IMAGE_BYTES }, (_, i) => (i * 7 + (i >> 8)) % 256);
    const draws = drawAugmentation([3, 0, 2, 1, 3, 3], RandomStream.of(1, 'a'), { crop: 4, flip: true });
    const expected = new Float32Array(6 * IMAGE_BYTES);
    augmentInto(expected, images, draws);
    const set = { images, labels: new Uint8Array(4) };
    const packed = acquireImages(stepCapture()!, set);
    const got = await read(() => ops.augmentBatch(packed, tf.tensor2d(draws, [6, 4], 'int32')));
    releaseImages(set);
    expect(Float32Array.from(got)).toEqual(expected);
  });

  test('given a key, when the GPU draws a uniform start, then the bits are those of Philox in JavaScript', async () => {
    const key = Int32Array.of(2 ** 31 - 1, 1, 77, 0);
    const got = await read(() => ops.randomStart(tf.tensor1d(key, 'int32'), [5, 7, 3, 3], 'uniform'));
    expect(Float32Array.from(got)).toEqual(philoxUniform(5 * 7 * 3 * 3, key));
  });

  test.each([
    ['numbers of a whole batch', 3],
    ['a radius of exactly 0', 3_635_757],
    ['the largest radius there is', 6_450_992],
  ])(
    'given %s, when the GPU draws a normal start, then it is that of Philox in JavaScript',
    async (_, step) => {
      const key = Int32Array.of(7, 1, step, 0);
      const got = await read(() => ops.randomStart(tf.tensor1d(key, 'int32'), [16, 32, 32, 3], 'gaussian'));
      const expected = philoxNormal(16 * IMAGE_BYTES, key);
      const off = got.map((x, i) => Math.abs(x - expected[i])).filter((d) => !(d < 1e-5));
      expect(off).toEqual([]);
    },
  );

  test('given gradients that are small, zero or NaN, when a PGD step is made, then only the sign decides, and zero and NaN do not move the image', async () => {
    const moved = await read(() => {
      const grad = tf.tensor4d([1e-30, -1e-30, 0, NaN], [1, 1, 1, 4]);
      const x = tf.fill([1, 1, 1, 4], 0.5) as tf.Tensor4D;
      return ops.pgdStep(x, grad, x, 0.25, 0.5);
    });
    expect(moved).toEqual([0.75, 0.25, 0.5, 0.5]);
  });

  test('given NaN in one pixel, when a PGD step is made, then only that pixel is NaN', async () => {
    const moved = await read(() => {
      const x = tf.tensor4d([NaN, 0.5, 0.5, 0.5], [1, 1, 1, 4]);
      return ops.pgdStep(x, tf.ones([1, 1, 1, 4]), tf.fill([1, 1, 1, 4], 0.5), 0.25, 0.5);
    });
    expect(moved).toEqual([NaN, 0.75, 0.75, 0.75]);
  });

  test('given NaN in the image, when it passes through convolution, BatchNorm, ReLU and pool, then it is still NaN', async () => {
    const pooled = await read(() => {
      const x = tf.fill([2, 4, 4, 4], NaN) as tf.Tensor4D;
      const z = ops.conv2d(x, tf.ones([3, 3, 4, 4]), 1);
      const { y } = ops.batchNormTrain(z, tf.ones([4]), tf.zeros([4]), true);
      return ops.globalAveragePool(ops.addRelu(y, y) as tf.Tensor4D);
    });
    expect(pooled.every(Number.isNaN)).toBe(true);
  });

  test('given a step that is repeated, when memory is counted, then tensors and GPU memory do not grow', async () => {
    const x = tf.randomNormal([16, 8, 8, 8], 0, 1, 'float32', 1) as tf.Tensor4D;
    const filter = tf.variable(tf.randomNormal([3, 3, 8, 8], 0, 0.1, 'float32', 2));
    const velocity = tf.variable(tf.zerosLike(filter));
    const step = async () => {
      tf.tidy(() => {
        const grad = tf.grad((f) => ops.globalAveragePool(ops.conv2d(x, f as tf.Tensor4D, 2)))(filter);
        ops.sgdUpdate([filter], [velocity], [grad], 0.01, 0.9, 0);
      });
      await filter.data();
    };
    const memory = () => tf.memory() as tf.MemoryInfo & { numBytesAllocatedInGPU: number };
    for (let i = 0; i < 3; i++) await step();
    const before = memory();
    for (let i = 0; i < 30; i++) await step();
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numBytesAllocatedInGPU).toBe(before.numBytesAllocatedInGPU);
    tf.dispose([x, filter, velocity]);
  });
});
