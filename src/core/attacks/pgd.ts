/** PGD in L-inf on the device, for training and for robust accuracy (Madry et al. 2018, arXiv 1706.06083). */
import * as tf from '@tensorflow/tfjs-core';
import { pgdStep } from '../backend/ops.ts';
import type { LogitsFn } from '../nn/types.ts';
import { crossEntropyPerExample, klPerExample, marginPerExample } from './losses.ts';
import { projectLinf } from './projection.ts';

/** The loss that each step ascends, per example: x [N,32,32,3] -> [N]. */
export type AttackObjective = (x: tf.Tensor4D) => tf.Tensor1D;

/**
 * `steps` signed ascent steps on the sum of `objective` from `start`, each projected on the eps-ball around `centre`
 * and [0,1]. Only the gradient with respect to the image is computed. All images are [N,32,32,3]; the caller owns
 * inputs and result.
 */
export function ascend(
  objective: AttackObjective,
  start: tf.Tensor4D,
  centre: tf.Tensor4D,
  { eps, stepSize, steps }: { eps: number; stepSize: number; steps: number },
): tf.Tensor4D {
  const gradient = tf.grad(objective as (x: tf.Tensor) => tf.Tensor);
  // The gradient of the sum is that of `objective` with dy = 1; the sum itself is not needed.
  const ones = tf.ones([start.shape[0]]);
  let x = tf.clone(start);
  for (let i = 0; i < steps; i++) {
    const next = tf.tidy(() => pgdStep(x, gradient(x, ones) as tf.Tensor4D, centre, stepSize, eps));
    x.dispose();
    x = next;
  }
  ones.dispose();
  return x;
}

export interface PgdOptions {
  /** Radius and step size in [0,1] pixel units. */
  readonly eps: number;
  readonly stepSize: number;
  readonly steps: number;
  readonly loss: 'ce' | 'margin' | 'kl';
  /** Noise in [-1,1), [N,32,32,3], one per restart, times eps; without it one run starts at x. The caller's. */
  readonly starts?: readonly tf.Tensor4D[];
  /** Classes [N] int32 to move towards, instead of away from y; `kl` ignores them. */
  readonly targets?: tf.Tensor1D;
}

function objectiveOf(logits: LogitsFn, x: tf.Tensor4D, y: tf.Tensor1D, options: PgdOptions): AttackObjective {
  const { targets } = options;
  switch (options.loss) {
    case 'ce':
      return targets
        ? (z) => tf.neg(crossEntropyPerExample(logits(z), targets))
        : (z) => crossEntropyPerExample(logits(z), y);
    case 'margin':
      return targets
        ? (z) => tf.neg(marginPerExample(logits(z), targets))
        : (z) => marginPerExample(logits(z), y);
    case 'kl': {
      const clean = logits(x);
      return (z) => klPerExample(clean, logits(z));
    }
    default:
      throw new Error(`PGD: unknown loss '${String(options.loss satisfies never)}'.`);
  }
}

/**
 * x' [N,32,32,3] in the L-inf ball around x [N,32,32,3] in [0,1], with labels y [N] int32. With several starts, each
 * example keeps the result of the largest margin max_{k != y} z_k - z_y, so that one that fools the network is kept.
 * The caller owns the result.
 */
export function pgd(logits: LogitsFn, x: tf.Tensor4D, y: tf.Tensor1D, options: PgdOptions): tf.Tensor4D {
  return tf.tidy(() => {
    const objective = objectiveOf(logits, x, y, options);
    const starts = options.starts?.length
      ? options.starts.map((noise) => projectLinf(tf.add(x, tf.mul(noise, options.eps)), x, options.eps))
      : [tf.clone(x)];
    let best: tf.Tensor4D | null = null;
    let bestMargin: tf.Tensor1D | null = null;
    for (const start of starts) {
      const candidate = ascend(objective, start, x, options);
      if (starts.length === 1) return candidate;
      const margin = marginPerExample(logits(candidate), y);
      if (best && bestMargin) {
        const better: tf.Tensor1D = tf.greater(margin, bestMargin);
        best = tf.where(tf.reshape(better, [-1, 1, 1, 1]), candidate, best);
        bestMargin = tf.where(better, margin, bestMargin);
      } else {
        best = candidate;
        bestMargin = margin;
      }
    }
    return best as tf.Tensor4D;
  });
}
