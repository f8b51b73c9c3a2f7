/** Small models with known weaknesses, for tests of attacks and checks. Images [N,4,4,3]. */
import * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '../../random/random.ts';
import { AttackModel } from '../attack-model.ts';
import type { AttackInput, Norm } from '../types.ts';

export const SHAPE = [4, 4, 3] as const;
export const SIZE = 48;

/** logits = scale * (x - 0.5) W with random W [48, classes] of variance 1. No tensor stays allocated between calls. */
export function linearModel(classes = 4, scale = 1, seed = 1): AttackModel {
  const w = RandomStream.of(seed, 'linear model').normalArray(SIZE * classes);
  return new AttackModel(
    (x) => {
      const rows = tf.sub(tf.reshape(x, [x.shape[0], SIZE]), 0.5) as tf.Tensor2D;
      return tf.mul(tf.matMul(rows, tf.tensor2d(w, [SIZE, classes])), scale);
    },
    classes,
    SHAPE,
  );
}

/** n images in [0.3, 0.7], labelled by the model's own answers. */
export async function images(model: AttackModel, n: number, seed = 2) {
  const x = RandomStream.of(seed, 'images').uniformArray(n * SIZE, 0.3, 0.7);
  const logits = await model.logits(x);
  const y = Int32Array.from({ length: n }, (_, i) => {
    const row = logits.subarray(i * model.classes, (i + 1) * model.classes);
    return row.indexOf(Math.max(...row));
  });
  return { x, y };
}

export async function attackInput(
  model: AttackModel,
  n: number,
  norm: Norm,
  eps: number,
  seed = 0,
): Promise<AttackInput> {
  return { model, ...(await images(model, n)), threat: { norm, eps }, seed, batch: 0, pace: async () => {} };
}
