/**
 * TRADES: min_theta CE(f(x), y) + beta KL(f(x) || f(x')), x' = argmax KL(f(x) || f(x')) found in eval mode.
 * Zhang et al., Theoretically Principled Trade-off between Robustness and Accuracy, ICML 2019; official trades.py.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, klPerExample } from '../attacks/losses.ts';
import { TRADES_INFO } from './catalogue.ts';
import { divergenceAttack } from './training-attack.ts';
import type { Method } from './types.ts';

export const trades: Method = {
  ...TRADES_INFO,
  start: 'gaussian',
  splitBn: () => false,
  createExtras: () => ({}),
  attack: (context, x, _y, noise) => divergenceAttack(context, x, noise),
  loss({ network, switches }, { x, xAdv }, y) {
    const train = { branch: 'adv', mode: 'train', updateStatistics: true } as const;
    const clean = network.forward(x, train);
    const adv = network.forward(xAdv, train);
    // The official code runs x through the network again for the KL term: same logits, statistics moved a second time.
    clean.commitStatistics();
    const ce = crossEntropy(clean.logits, y);
    const kl = tf.mean(klPerExample(clean.logits, adv.logits)) as tf.Scalar;
    const terms = { ce, kl };
    if (switches.beta === 0) return { loss: ce, terms, conflict: null };
    const weighted = tf.mul(kl, switches.beta) as tf.Scalar;
    return { loss: tf.add(ce, weighted), terms, conflict: { first: ce, second: weighted } };
  },
};
