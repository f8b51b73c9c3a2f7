import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { initialiseBackend } from '../../backend.ts';
import { KERNEL_CASES, relativeError, runCase } from '../kernel-cases.ts';

const CONVOLUTIONS = KERNEL_CASES.filter((c) => c.key.startsWith('conv2d'));

beforeAll(async () => {
  expect((await initialiseBackend('cpu')).warnings).toEqual([]);
});

test('given the shared cases, then they have the convolution, the one that also returns x, and both gradients', () => {
  expect(new Set(CONVOLUTIONS.map((c) => c.key)).size).toBe(4);
});

test.each(CONVOLUTIONS.map((c) => [c.key, c.what, c] as const))(
  'given %s, %s, when it runs on cpu, then it agrees with the composition of stock ops and leaves no tensors',
  async (_, __, c) => {
    const before = tf.memory().numTensors;
    for (const { got, expected, shape, expectedShape } of await runCase(c)) {
      expect(shape).toEqual(expectedShape);
      expect(relativeError(got, expected)).toBeLessThan(2e-5);
    }
    expect(tf.memory().numTensors).toBe(before);
  },
);
