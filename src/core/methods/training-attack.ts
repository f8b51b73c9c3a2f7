/** The attack that AT and ARAT train on: PGD on CE with batch statistics (train mode), L-inf, uniform random start. */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropyPerExample } from '../attacks/losses.ts';
import { ascend } from '../attacks/pgd.ts';
import type { AttackedBatch, StepContext } from './types.ts';

/**
 * x [N,32,32,3] in [0,1], y [N], noise uniform in [-1,1). Through the `adv` BatchNorm set. With `officialAliasing` the start
 * is added to the clean batch in place, as the official code does: the returned x is x + eps noise, and the ball is around it.
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
      return tf.sum(crossEntropyPerExample(logits, y)) as tf.Scalar;
    };
    return { x: centre, xAdv: ascend(objective, start, centre, attack) };
  });
}
