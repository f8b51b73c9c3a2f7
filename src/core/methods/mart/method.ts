/**
 * MART: min_theta BCE(f(x'), y) + beta mean[(1 - p_y(x)) KL(f(x) || f(x'))], BCE = CE - log(1 - max_{k != y} p_k); x' =
 * argmax CE found in eval mode. Wang et al., Improving Adversarial Robustness Requires Revisiting Misclassified
 * Examples, ICLR 2020; constants of the official mart.py.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, crossEntropyPerExample, logSoftmax, oneHot } from '../../attacks/losses.ts';
import { MART_INFO } from './info.ts';
import { gaussianStartAttack } from '../training-attack.ts';
import { twoTerms } from '../two-terms.ts';
import type { Method } from '../types.ts';

/** Keep logarithms finite, as in the official code. */
const TINY = 1e-12;
const ABOVE_ONE = 1.0001;
const JUST_ABOVE_ONE = 1.0000001;

export const mart: Method<null> = {
  ...MART_INFO,
  start: 'gaussian',
  splitBn: () => false,
  createExtras: () => null,
  attack: (context, x, y, noise) =>
    gaussianStartAttack(context, x, noise, () => (logits) => crossEntropyPerExample(logits, y)),
  loss({ network, switches }, { x, xAdv }, y) {
    const train = { branch: 'adv', mode: 'train', updateStatistics: true } as const;
    const clean = network.forward(x, train).logits;
    const adv = network.forward(xAdv, train).logits;
    const own = oneHot(y, network.classes);
    const p = tf.exp(logSoftmax(clean));
    const pAdv = tf.exp(logSoftmax(adv));
    // Probabilities are at most 1: with 2 taken off its own, the label is never its own rival.
    const pRival = tf.max(tf.sub(pAdv, tf.mul(own, 2)), 1);
    const margin = tf.neg(tf.mean(tf.log(tf.add(tf.sub(ABOVE_ONE, pRival), TINY))));
    const bce = tf.add(crossEntropy(adv, y), margin) as tf.Scalar;

    const kl = tf.sum(tf.mul(p, tf.sub(logSoftmax(clean), tf.log(tf.add(pAdv, TINY)))), 1);
    const unlearnt = tf.sub(JUST_ABOVE_ONE, tf.sum(tf.mul(p, own), 1));
    const tie = tf.mean(tf.mul(kl, unlearnt)) as tf.Scalar;
    return twoTerms(bce, tie, switches.beta, { bce, kl: tie });
  },
};
