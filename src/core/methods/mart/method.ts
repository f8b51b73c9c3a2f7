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

/** log(1 - max_{k != y} p_k), per example: p [N,K] probabilities, own [N,K] one-hot labels. */
export function logRivalGap(p: tf.Tensor2D, own: tf.Tensor2D): tf.Tensor1D {
  // Probabilities are at most 1: with 2 taken off its own, the label is never its own rival.
  const pRival = tf.max(tf.sub(p, tf.mul(own, 2)), 1);
  return tf.log(tf.add(tf.sub(ABOVE_ONE, pRival), TINY)) as tf.Tensor1D;
}

/** sum_k p_k (log p_k - log(q_k + added)), per example: p = softmax(logits), q [N,K] probabilities. */
export function klToProbabilities(
  logits: tf.Tensor2D,
  p: tf.Tensor2D,
  q: tf.Tensor2D,
  added: number,
): tf.Tensor1D {
  return tf.sum(tf.mul(p, tf.sub(logSoftmax(logits), tf.log(tf.add(q, added)))), 1) as tf.Tensor1D;
}

export const mart: Method<null> = {
  ...MART_INFO,
  start: () => 'gaussian',
  splitBn: () => false,
  createExtras: () => null,
  attack: (context, x, y, noise) =>
    gaussianStartAttack(context, x, noise, () => (logits) => crossEntropyPerExample(logits, y)),
  loss({ network, switches }, { x, xAdv }, y) {
    const train = { branch: 'adv', mode: 'train', updateStatistics: true } as const;
    const clean = network.forward(x, train).logits;
    const adv = network.forward(xAdv, train).logits;
    const own = oneHot(y, network.classes);
    const p: tf.Tensor2D = tf.exp(logSoftmax(clean));
    const pAdv: tf.Tensor2D = tf.exp(logSoftmax(adv));
    const margin = tf.neg(tf.mean(logRivalGap(pAdv, own)));
    const bce = tf.add(crossEntropy(adv, y), margin) as tf.Scalar;

    const kl = klToProbabilities(clean, p, pAdv, TINY);
    const unlearnt = tf.sub(JUST_ABOVE_ONE, tf.sum(tf.mul(p, own), 1));
    const tie = tf.mean(tf.mul(kl, unlearnt)) as tf.Scalar;
    return twoTerms(bce, tie, switches.beta, { bce, kl: tie });
  },
};
