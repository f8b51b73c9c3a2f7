/**
 * LBGAT: min_{theta, phi} MSE(f(x'), g(x)) + CE(g(x), y) + beta KL(f(x) || f(x')), g a natural model of the same shape
 * that trains along; x' as in TRADES. Cui et al., Learnable Boundary Guided Adversarial Training, ICCV 2021; official
 * lbgat.py, whose MSE is the mean over batch and classes and moves both networks.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, klPerExample } from '../../attacks/losses.ts';
import { ResNet } from '../../nn/resnet.ts';
import { LBGAT_INFO, NATURAL } from './info.ts';
import { adoptNetwork } from '../second-network.ts';
import { divergenceAttack } from '../training-attack.ts';
import { oneTerm, twoTerms } from '../two-terms.ts';
import type { Method } from '../types.ts';

/**
 * The natural model is initialised from another seed: networks with equal weights would have nothing to learn from
 * each other.
 */
const NATURAL_SEED_OFFSET = 1;

interface Extras {
  readonly natural: ResNet;
}

export const lbgat: Method<Extras> = {
  ...LBGAT_INFO,
  start: () => 'gaussian',
  splitBn: () => false,
  createExtras: (network, _switches, seed) => ({
    natural: adoptNetwork(network, new ResNet(network.spec, seed + NATURAL_SEED_OFFSET), NATURAL),
  }),
  attack: (context, x, _y, noise) => divergenceAttack(context, x, noise),
  loss({ network, extras, switches }, { x, xAdv }, y) {
    const train = { branch: 'adv', mode: 'train', updateStatistics: true } as const;
    const adv = network.forward(xAdv, train).logits;
    const clean = network.forward(x, train).logits;
    const natural = extras.natural.forward(x, train).logits;
    const mse = tf.mean(tf.squaredDifference(adv, natural)) as tf.Scalar;
    const ce = crossEntropy(natural, y);
    const guidance = tf.add(mse, ce) as tf.Scalar;
    if (switches.beta === 0) return oneTerm(guidance, { mse, ce });
    const kl = tf.mean(klPerExample(clean, adv)) as tf.Scalar;
    return twoTerms(guidance, kl, switches.beta, { mse, ce, kl });
  },
};
