/**
 * TRADES: min_theta CE(f(x), y) + beta KL(f(x) || f(x')), x' = argmax KL(f(x) || f(x')) found in eval mode.
 * Zhang et al., Theoretically Principled Trade-off between Robustness and Accuracy, ICML 2019; official trades.py.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, klPerExample } from '../../attacks/losses.ts';
import { TRADES_INFO } from './info.ts';
import { divergenceAttack } from '../training-attack.ts';
import { twoTerms } from '../two-terms.ts';
import type { Method } from '../types.ts';

export const trades: Method<null> = {
  ...TRADES_INFO,
  start: () => 'gaussian',
  splitBn: () => false,
  createExtras: () => null,
  attack: (context, x, _y, noise) => divergenceAttack(context, x, noise),
  loss({ network, switches }, { x, xAdv }, y) {
    const train = { branch: 'adv', mode: 'train', updateStatistics: true } as const;
    const clean = network.forward(x, train);
    const adv = network.forward(xAdv, train);
    // The official code runs x through the network again for the KL term: same logits, statistics moved a second time.
    clean.commitStatistics();
    const ce = crossEntropy(clean.logits, y);
    const kl = tf.mean(klPerExample(clean.logits, adv.logits)) as tf.Scalar;
    return twoTerms(ce, kl, switches.beta, { ce, kl });
  },
};
