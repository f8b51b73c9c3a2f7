/** The attack that AT and ARAT train on: PGD on CE with batch statistics (train mode), L-inf, uniform random start. */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropyPerExample, klPerExample } from '../attacks/losses.ts';
import { ascend } from '../attacks/pgd.ts';
import type { LogitsFn } from '../nn/types.ts';
import type { AttackedBatch, StepContext } from './types.ts';

/** Scale of the Gaussian start in the official code of TRADES, MART and LBGAT. */
export const GAUSSIAN_SCALE = 0.001;

/**
 * x [N,32,32,3] in [0,1], y [N], noise uniform in [-1,1). Through the `adv` BatchNorm set. With `officialAliasing` the
 * start is added to the clean batch in place, as the official code does: the returned x is x + eps noise, and the ball
 * is around it.
 */
export function trainingAttack(
  { network, switches, attack }: StepContext,
  x: tf.Tensor4D,
  y: tf.Tensor1D,
  noise: tf.Tensor4D,
): AttackedBatch {
  return tf.tidy(() => {
    const shifted = tf.add(x, tf.mul(noise, attack.eps)) as tf.Tensor4D;
    const centre = switches.officialAliasing ? shifted : tf.clone(x);
    // Not clipped to [0,1] before the first step: the official attack does not either.
    const start = shifted;
    const objective = (z: tf.Tensor4D) => {
      const { logits } = network.forward(z, {
        branch: 'adv',
        mode: 'train',
        updateStatistics: switches.attackUpdatesStatistics,
      });
      return crossEntropyPerExample(logits, y);
    };
    return { x: centre, xAdv: ascend(objective, start, centre, attack) };
  });
}

/**
 * The attack of TRADES, MART and LBGAT: eval mode, from x + 0.001 N(0, 1). What `objective` makes of the network f,
 * once, is ascended as a function of the logits f(z) [N,K], per example. x [N,32,32,3] in [0,1], noise standard normal.
 */
export function gaussianStartAttack(
  { network, attack }: StepContext,
  x: tf.Tensor4D,
  noise: tf.Tensor4D,
  objective: (f: LogitsFn) => (logits: tf.Tensor2D) => tf.Tensor1D,
): AttackedBatch {
  return tf.tidy(() => {
    const f: LogitsFn = (z) => network.forward(z, { branch: 'adv', mode: 'eval' }).logits;
    const ascended = objective(f);
    const start = tf.add(x, tf.mul(noise, GAUSSIAN_SCALE)) as tf.Tensor4D;
    const xAdv = ascend((z) => ascended(f(z)), start, x, attack);
    return { x: tf.clone(x), xAdv };
  });
}

/** x' = argmax KL(f(x) || f(x')), the attack of TRADES and LBGAT; the clean logits are computed once. */
export function divergenceAttack(context: StepContext, x: tf.Tensor4D, noise: tf.Tensor4D): AttackedBatch {
  return gaussianStartAttack(context, x, noise, (f) => {
    const clean = f(x);
    return (logits) => klPerExample(clean, logits);
  });
}
