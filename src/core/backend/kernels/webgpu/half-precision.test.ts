import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../../backend.ts';
import { conv2d } from '../../ops.ts';
import { halfPrecisionAvailable, inHalfPrecision } from '../../precision.ts';
import {
  KERNEL_CASES,
  relativeError,
  runCaseComposition,
  runCaseKernel,
  type KernelCase,
} from '../kernel-cases.ts';

/**
 * Factors and products have eleven significant bits, so that each is rounded by up to 2^-11 = 5e-4 of its value, and
 * several roundings add up.
 */
const TOLERANCE = 5e-3;
/** A smaller error would mean that the kernel computed in 32 bits. */
const ROUNDING = 1e-5;

const inHalf = (c: KernelCase): KernelCase => ({ ...c, attrs: { ...(c.attrs as object), half: true } });

const backend = await initialiseBackend('webgpu').catch(() => null);
const missing = backend?.backend !== 'webgpu' || !halfPrecisionAvailable();
if (missing)
  console.log(
    'Half precision is not tested here: no WebGPU device with shader-f16. ' +
      "Mesa's llvmpipe of 2024 or later has it (VK_ICD_FILENAMES=.../lvp_icd.json), as have most GPUs.",
  );

describe.skipIf(missing)('half precision on WebGPU', () => {
  beforeAll(async () => {
    await initialiseBackend('webgpu');
  });

  test.each(['conv2d', 'conv2dPassing', 'conv2dInputGrad'])(
    'given %s of every shape, when it runs in half precision, then it agrees with 32 bits up to the rounding of 16',
    async (key) => {
      const cases = KERNEL_CASES.filter((c) => c.key === key);
      expect(cases.length).toBeGreaterThan(5);
      for (const c of cases) {
        const expected = await runCaseComposition(c);
        const [got] = await runCaseKernel(inHalf(c));
        const error = relativeError(got.values, expected[0].values);
        expect(error, c.what).toBeLessThan(TOLERANCE);
        expect(error, c.what).toBeGreaterThan(ROUNDING);
      }
    },
  );

  test('given gradients as small as those of a mean over a batch, then their relative error is small', async () => {
    const errors: number[] = [];
    for (const size of [1e-2, 1e-4, 1e-6]) {
      const [half, full] = [true, false].map((inHalf) =>
        tf.tidy(() => {
          const filter = tf.randomNormal([3, 3, 8, 8], 0, 0.1, 'float32', 1) as tf.Tensor4D;
          const x = tf.randomNormal([2, 8, 8, 8], 0, 1, 'float32', 2) as tf.Tensor4D;
          const weights = tf.mul(tf.randomNormal([2, 8, 8, 8], 0, 1, 'float32', 3), size);
          const loss = (z: tf.Tensor) => tf.sum(tf.mul(conv2d(z as tf.Tensor4D, filter, 1), weights));
          return inHalf ? inHalfPrecision(() => tf.grad(loss)(x)) : tf.grad(loss)(x);
        }),
      );
      errors.push(relativeError((await half.data()) as Float32Array, (await full.data()) as Float32Array));
      tf.dispose([half, full]);
    }
    errors.forEach((error) => expect(error).toBeLessThan(TOLERANCE));
  });

  test('given a gradient beyond the range of 16 bits, then the result is finite', async () => {
    const dx = tf.tidy(() =>
      inHalfPrecision(() =>
        tf.grad((z) => tf.mul(conv2d(z as tf.Tensor4D, tf.fill([3, 3, 4, 4], 0.3), 1), 1e6))(
          tf.ones([1, 4, 4, 4]),
        ),
      ),
    );
    expect((await dx.data()).every(Number.isFinite)).toBe(true);
    dx.dispose();
  });
});
