/**
 * LBGAT: min_{theta, phi} MSE(f(x'), g(x)) + CE(g(x), y) + beta KL(f(x) || f(x')), g a natural model of the same shape that trains
 * along; x' as in TRADES. Cui et al., Learnable Boundary Guided Adversarial Training, ICCV 2021; official lbgat.py, whose MSE is the
 * mean over batch and classes and moves both networks.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, klPerExample } from '../attacks/losses.ts';
import { ResNet } from '../nn/resnet.ts';
import { LBGAT_INFO } from './catalogue.ts';
import { adoptNetwork } from './second-network.ts';
import { divergenceAttack } from './training-attack.ts';
import type { LossResult, Method } from './types.ts';

/** The natural model has its own initialisation: two networks that start alike would have nothing to tell each other. */
const NATURAL_SEED_OFFSET = 1;

export const lbgat: Method = {
  ...LBGAT_INFO,
  start: 'gaussian',
  splitBn: () => false,
  createExtras: (network, _switches, seed) => ({
    natural: adoptNetwork(network, new ResNet(network.spec, seed + NATURAL_SEED_OFFSET), 'natural', true),
  }),
  attack: (context, x, _y, noise) => divergenceAttack(context, x, noise),
  loss({ network, extras, switches }, { x, xAdv }, y): LossResult {
    const train = { branch: 'adv', mode: 'train', updateStatistics: true } as const;
    const adv = network.forward(xAdv, train).logits;
    const clean = network.forward(x, train).logits;
    const natural = (extras.natural as ResNet).forward(x, train).logits;
    const mse = tf.mean(tf.squaredDifference(adv, natural)) as tf.Scalar;
    const ce = crossEntropy(natural, y);
    const guidance = tf.add(mse, ce) as tf.Scalar;
    if (switches.beta === 0) return { loss: guidance, terms: { mse, ce }, conflict: null };
    const kl = tf.mean(klPerExample(clean, adv)) as tf.Scalar;
    const weighted = tf.mul(kl, switches.beta) as tf.Scalar;
    return {
      loss: tf.add(guidance, weighted),
      terms: { mse, ce, kl },
      conflict: { first: guidance, second: weighted },
    };
  },
};
