/** Counting right answers in batches of constant shape (the WebGPU buffer pool is keyed by exact size). */
import * as tf from '@tensorflow/tfjs-core';
import { toFloat } from '../data/augment.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE, type ImageSet } from '../data/dataset.ts';
import type { LogitsFn } from '../nn/types.ts';
import { Diverged } from './diverged.ts';

/**
 * Batches of `indices`, all of `batchSize`: the last is filled up with its first image; `valid` says how many count.
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

/** Images and labels at `indices` as tensors x [n,32,32,3] in [0,1] and y [n] int32; the caller owns both. */
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
 * Predicted classes of x, read back. A logit that is not finite throws `Diverged`, which names the model `of`: it must
 * never count as an answer.
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
  /** x' of a batch; without it, clean accuracy. Owned by the callee's caller. */
  readonly attack?: (x: tf.Tensor4D, y: tf.Tensor1D, batch: number) => tf.Tensor4D;
  /** Called after each batch; may wait, or throw to stop. */
  readonly afterBatch?: () => Promise<void>;
  /** Name of the model, for the message when its output is not finite. */
  readonly of?: string;
}

/** Per image of `set` at `indices`, in their order, 1 where the network classifies it right. */
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
    const attacked = attack ? attack(x, y, number) : x;
    try {
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

/** Number of images of `set` at `indices` that the network classifies right. */
export async function countCorrect(
  logits: LogitsFn,
  set: ImageSet,
  indices: readonly number[],
  options: AccuracyOptions,
): Promise<number> {
  return (await rightAnswers(logits, set, indices, options)).reduce((sum, flag) => sum + flag, 0);
}
