/**
 * Counts correctly classified images, in batches of one size: tfjs's WebGPU buffer pool reuses only buffers of the
 * same size.
 */
import * as tf from '@tensorflow/tfjs-core';
import { toFloat } from '../data/augment.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE, type ImageSet } from '../data/dataset.ts';
import type { LogitsFn } from '../nn/types.ts';
import { Diverged } from './diverged.ts';

/**
 * Batches of exactly `batchSize` indices. The last batch is filled up with copies of its first index; only its first
 * `valid` indices count.
 */
export function* constantBatches(
  indices: readonly number[],
  batchSize: number,
): Generator<{ indices: number[]; valid: number }> {
  for (let i = 0; i < indices.length; i += batchSize) {
    const chunk = indices.slice(i, i + batchSize);
    const valid = chunk.length;
    while (chunk.length < batchSize) chunk.push(chunk[0]);
    yield { indices: chunk, valid };
  }
}

/** The images at `indices` as x [n,32,32,3] in [0,1] and their labels as y [n] int32. The caller owns both tensors. */
export function batchTensors(set: ImageSet, indices: readonly number[]): { x: tf.Tensor4D; y: tf.Tensor1D } {
  const x = tf.tensor4d(toFloat(set.images, indices), [
    indices.length,
    IMAGE_SIZE,
    IMAGE_SIZE,
    IMAGE_CHANNELS,
  ]);
  return {
    x,
    y: tf.tensor1d(
      Int32Array.from(indices, (i) => set.labels[i]),
      'int32',
    ),
  };
}

/**
 * The predicted class of each image of x [n,32,32,3] in [0,1]; the caller keeps x. Throws `Diverged`, with the name
 * `of` in its message, if a logit is not finite.
 */
export async function predict(logits: LogitsFn, x: tf.Tensor4D, of = 'The network'): Promise<Int32Array> {
  const out = tf.tidy(() => logits(x));
  try {
    const values = await out.data();
    const [n, classes] = out.shape;
    return Int32Array.from({ length: n }, (_, i) => {
      let best = 0;
      for (let k = 0; k < classes; k++) {
        const value = values[i * classes + k];
        if (!Number.isFinite(value))
          throw new Diverged(
            `${of} gives an output that is not a finite number (${value}): its training has diverged. ` +
              'Lower the learning rate or the invariance weight and train again.',
          );
        if (value > values[i * classes + best]) best = k;
      }
      return best;
    });
  } finally {
    out.dispose();
  }
}

export interface AccuracyOptions {
  readonly batchSize: number;
  /**
   * Makes x' [n,32,32,3] from batch number `batch`, counted from 0; `rightAnswers` disposes x'. Without an attack, the
   * clean images are classified.
   */
  readonly attack?: (x: tf.Tensor4D, y: tf.Tensor1D, batch: number) => tf.Tensor4D;
  /** Awaited after each batch. It may wait, or throw to stop. */
  readonly afterBatch?: () => Promise<void>;
  /** The model's name in the message of `Diverged`. */
  readonly of?: string;
}

/**
 * Flags [indices.length], in the order of `indices`: 1 if the network classifies that image of `set` correctly, else 0.
 * Throws `Diverged` if a logit is not finite. Leaves no tensors.
 */
export async function rightAnswers(
  logits: LogitsFn,
  set: ImageSet,
  indices: readonly number[],
  { batchSize, attack, afterBatch, of }: AccuracyOptions,
): Promise<Uint8Array> {
  const right = new Uint8Array(indices.length);
  let number = 0;
  let at = 0;
  for (const batch of constantBatches(indices, Math.min(batchSize, indices.length))) {
    const { x, y } = batchTensors(set, batch.indices);
    let attacked = x;
    try {
      if (attack) attacked = attack(x, y, number);
      const predicted = await predict(logits, attacked, of);
      for (let i = 0; i < batch.valid; i++)
        right[at++] = predicted[i] === set.labels[batch.indices[i]] ? 1 : 0;
    } finally {
      if (attacked !== x) attacked.dispose();
      tf.dispose([x, y]);
    }
    number++;
    await afterBatch?.();
  }
  return right;
}

/** How many images of `set` at `indices` the network classifies correctly. Throws as `rightAnswers` does. */
export async function countCorrect(
  logits: LogitsFn,
  set: ImageSet,
  indices: readonly number[],
  options: AccuracyOptions,
): Promise<number> {
  return (await rightAnswers(logits, set, indices, options)).reduce((sum, flag) => sum + flag, 0);
}
