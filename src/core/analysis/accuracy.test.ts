import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { IMAGE_BYTES, type ImageSet } from '../data/dataset.ts';
import { countCorrect } from './accuracy.ts';

const set: ImageSet = {
  images: new Uint8Array(3 * IMAGE_BYTES).fill(200),
  labels: Uint8Array.from([1, 0, 1]),
};
/** Class 1 for every image. */
const logits = (x: tf.Tensor4D): tf.Tensor2D => tf.tile(tf.tensor2d([[0, 1]]), [x.shape[0], 1]);

beforeAll(() => initialiseBackend('cpu'));

it('given a network and an attack, when images are counted, then those classified correctly count, and no tensor is left', async () => {
  const before = tf.memory().numTensors;
  const attack = (x: tf.Tensor4D): tf.Tensor4D => tf.add(x, 0.01);
  expect(await countCorrect(logits, set, [0, 1, 2], { batchSize: 2, attack })).toBe(2);
  expect(tf.memory().numTensors).toBe(before);
});

it('given an attack that throws, when images are counted, then its error is thrown and no tensor is left', async () => {
  const before = tf.memory().numTensors;
  const attack = (): tf.Tensor4D => {
    throw new Error('no gradient');
  };
  await expect(countCorrect(logits, set, [0, 1, 2], { batchSize: 2, attack })).rejects.toThrow('no gradient');
  expect(tf.memory().numTensors).toBe(before);
});
