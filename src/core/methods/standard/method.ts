/** Standard training: min CE(f(x), y). No adversarial examples; the reference for clean accuracy. */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../../attacks/losses.ts';
import { STANDARD_INFO } from './info.ts';
import { oneTerm } from '../two-terms.ts';
import type { Method } from '../types.ts';

export const standard: Method<null> = {
  ...STANDARD_INFO,
  start: () => 'none',
  splitBn: () => false,
  createExtras: () => null,
  attack: (_ctx, x) => ({ x: tf.clone(x), xAdv: tf.clone(x) }),
  loss({ network }, { x }, y) {
    const { logits } = network.forward(x, { branch: 'adv', mode: 'train', updateStatistics: true });
    const ce = crossEntropy(logits, y);
    return oneTerm(ce, { ce });
  },
};
