import type { StorePart } from '../../nn/types.ts';
import { lbgatRate, type MethodInfo } from '../method-info.ts';

/** The natural model g. */
export const NATURAL: StorePart = { name: 'natural', trained: true, exported: false };

export const LBGAT_INFO: MethodInfo<'lbgat'> = {
  id: 'lbgat',
  name: 'LBGAT',
  description:
    'Learnable boundary guided: a second network learns on clean images only, and the robust one copies its logits under attack, with TRADES’ penalty (weight β; 0 leaves it out).',
  equation: 'MSE(f(x′), g(x)) + CE(g(x), y) + β KL(f(x) ‖ f(x′)),  g the natural model',
  citation: { text: 'Cui et al., ICCV 2021', url: 'https://arxiv.org/abs/2011.11164' },
  switches: ['beta', 'recipe'],
  conflictBetween: ['boundary guidance', 'KL'],
  terms: ['mse', 'ce', 'kl'],
  paperRows: [{ beta: 6 }, { beta: 0 }],
  officialRate: lbgatRate,
  // β of sh/train_lbgat0_cifar100.sh and of its published CIFAR-10 models; train_lbgat_cifar100.py's default is 6.
  ownRecipe: { learningRate: 0.1, weightDecay: 2e-4, eps: 0.031, stepSize: 0.007, beta: 0 },
  beside: [NATURAL],
  // One clean forward for the attack, then x and x′, and x through the natural model. Where β is 0, no gradient is
  // taken of x in the robust one.
  passes: (k, { beta }) => 2 * k + (beta === 0 ? 8 : 10),
};
