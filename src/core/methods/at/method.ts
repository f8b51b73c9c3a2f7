/**
 * Adversarial training: min_theta CE(f(x'), y), x' = PGD on CE in train mode.
 * Madry et al., Towards Deep Learning Models Resistant to Adversarial Attacks, ICLR 2018.
 */
import { crossEntropy } from '../../attacks/losses.ts';
import { AT_INFO } from './info.ts';
import { trainingAttack } from '../training-attack.ts';
import { oneTerm } from '../two-terms.ts';
import type { Method } from '../types.ts';

export const at: Method<null> = {
  ...AT_INFO,
  start: () => 'uniform',
  splitBn: () => false,
  createExtras: () => null,
  attack: trainingAttack,
  loss({ network }, { xAdv }, y) {
    const { logits } = network.forward(xAdv, { branch: 'adv', mode: 'train', updateStatistics: true });
    const ceAdv = crossEntropy(logits, y);
    return oneTerm(ceAdv, { ceAdv });
  },
};
