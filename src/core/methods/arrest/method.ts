/**
 * ARREST: adversarial finetuning (AFT) of a standardly trained network, with representation-guided knowledge
 * distillation (RGKD) and noisy replay (NR): min_theta CE(f(x'), y) + lambda D(z(x'), z_0(x)), D the angle between
 * representations over pi, z_0 of the frozen standard network. Suzuki et al., Adversarial Finetuning with Latent
 * Representation Constraint to Mitigate Accuracy-Robustness Tradeoff, ICCV 2023, https://arxiv.org/abs/2308.16454.
 *
 * lambda is the switch `invarianceWeight`: like ARAT's it weighs how far the adversarial representation may leave the
 * clean one, so one switch sets both in a race.
 *
 * There is no official code; chosen here: the standard network is trained within the run, in the first third of the
 * epochs, under the same schedule; the attack is that of AT and ARAT, with their two switches; D compares x' with the
 * clean x under the frozen network; z is what the linear layer sees (train mode for f, eval mode for the frozen
 * network); NR replaces x' by clip(x + U(-eps, eps)), the attack's own start, where D(z(x'), z_0(x)) > 1/4, half of a
 * right angle, judged in eval mode.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../../attacks/losses.ts';
import { addNumber, parameter } from '../../nn/parameters.ts';
import { ResNet } from '../../nn/resnet.ts';
import type { Network } from '../../nn/types.ts';
import { ARREST_INFO, FINETUNING, standardEpochs, STANDARD_NETWORK } from './info.ts';
import { adoptNetwork, copyNetwork } from '../second-network.ts';
import { trainingAttack } from '../training-attack.ts';
import { oneTerm, twoTerms } from '../two-terms.ts';
import type { Method } from '../types.ts';

/** An image whose D exceeds this is replaced by a noisy one. */
const REPLAY_DISTANCE = 0.25;
/** Keeps arccos differentiable where two representations coincide. */
const COSINE_LIMIT = 1 - 1e-6;

/** arccos with its gradient -1 / sqrt(1 - c^2), which the small build of tfjs leaves out. */
function arccos(c: tf.Tensor1D): tf.Tensor1D {
  return tf.customGrad((...args: unknown[]) => {
    const [value, save] = args as [tf.Tensor1D, tf.GradSaveFunc];
    save([value]);
    return {
      value: tf.acos(value),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
        tf.neg(tf.div(dy, tf.sqrt(tf.sub(1, tf.square(saved))))),
    };
  })(c) as tf.Tensor1D;
}

/** D(a, b) in [0,1] per example: arccos(cos(a, b)) / pi. a, b [N,d]. */
export function angularDistance(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor1D {
  const dot = tf.sum(tf.mul(a, b), 1);
  const norms = tf.sqrt(tf.add(tf.mul(tf.sum(tf.square(a), 1), tf.sum(tf.square(b), 1)), 1e-12));
  const cosine = tf.clipByValue(tf.div(dot, norms), -COSINE_LIMIT, COSINE_LIMIT);
  return tf.div(arccos(cosine as tf.Tensor1D), Math.PI) as tf.Tensor1D;
}

export interface ArrestExtras {
  /** The frozen network. */
  readonly standard: ResNet;
  /** Decided by `beforeEpoch` from the epoch alone, for the steps of that epoch. */
  readonly phase: { finetuning: boolean };
}

/** 1 once the standard network is frozen: among the buffers, so that a checkpoint holds it. */
const isFrozen = (network: Network): tf.Variable => parameter(network, FINETUNING.name);

function representation(network: Network, x: tf.Tensor4D): tf.Tensor2D {
  return network.forward(x, { branch: 'adv', mode: 'eval', features: ['pool'] }).features.pool;
}

export const arrest: Method<ArrestExtras> = {
  ...ARREST_INFO,
  start: () => 'uniform',
  splitBn: () => false,
  createExtras(network, _switches, seed) {
    addNumber(network, FINETUNING);
    const standard = adoptNetwork(network, new ResNet(network.spec, seed), STANDARD_NETWORK);
    return { standard, phase: { finetuning: false } };
  },
  async beforeEpoch({ network, extras: { standard, phase }, epoch, epochs }) {
    phase.finetuning = epoch >= standardEpochs(epochs);
    if (!phase.finetuning || (await isFrozen(network).data())[0] === 1) return;
    copyNetwork(network, standard);
    tf.tidy(() => isFrozen(network).assign(tf.scalar(1)));
  },
  attack(context, x, y, noise) {
    const { network, extras, switches, attack } = context;
    if (!extras.phase.finetuning) return { x: tf.clone(x), xAdv: tf.clone(x) };
    const made = trainingAttack(context, x, y, noise);
    if (!switches.noisyReplay) return made;
    const xAdv = tf.tidy(() => {
      const far = angularDistance(
        representation(network, made.xAdv),
        representation(extras.standard, made.x),
      );
      const replay = tf.reshape(tf.step(tf.sub(far, REPLAY_DISTANCE)), [-1, 1, 1, 1]);
      const noisy = tf.clipByValue(tf.add(x, tf.mul(noise, attack.eps)), 0, 1);
      return tf.add(tf.mul(noisy, replay), tf.mul(made.xAdv, tf.sub(1, replay))) as tf.Tensor4D;
    });
    made.xAdv.dispose();
    return { x: made.x, xAdv };
  },
  loss({ network, extras, switches }, { x, xAdv }, y) {
    const train = { branch: 'adv', mode: 'train', updateStatistics: true, features: ['pool'] } as const;
    const { logits, features } = network.forward(xAdv, train);
    const ce = crossEntropy(logits, y);
    if (!extras.phase.finetuning) return oneTerm(ce, { ce });
    const distillation = tf.mean(
      angularDistance(features.pool, representation(extras.standard, x)),
    ) as tf.Scalar;
    return twoTerms(ce, distillation, switches.invarianceWeight, { ce, distillation });
  },
};
