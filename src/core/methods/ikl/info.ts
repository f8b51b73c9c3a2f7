import type { StorePart } from '../../nn/types.ts';
import { aratRate, type MethodInfo } from '../method-info.ts';

/** Mean prediction of each class in the last epoch, [K,K], one row a class; and the sums of this epoch. */
export const CLASS_MEANS: StorePart = { name: 'class_means', trained: false, exported: false };
export const CLASS_SUMS: StorePart = { name: 'class_sums', trained: false, exported: false };

export const IKL_INFO: MethodInfo<'ikl'> = {
  id: 'ikl',
  name: 'IKL-AT',
  description:
    'TRADES with its KL term taken apart into a weighted squared error of logit differences and a soft cross-entropy: the error moves both sides, and its weights come from each class’s mean prediction. With both changes off it is DKL, whose gradient is KL’s.',
  equation:
    'CE(f(x), y) + α/4 Σ_jk w_j w_k (Δ_jk(x) − Δ_jk(x′))² − β s(x)·log s(x′),  Δ_jk = f_j − f_k, w the mean of s over class y',
  citation: { text: 'Cui et al., NeurIPS 2024', url: 'https://arxiv.org/abs/2305.13948' },
  switches: ['mseWeight', 'softWeight', 'twoSided', 'classMeans', 'temperature'],
  conflictBetween: ['cross-entropy', 'IKL'],
  terms: ['ce', 'wmse', 'softCe'],
  paperRows: [],
  officialRate: aratRate,
  beside: [CLASS_MEANS, CLASS_SUMS],
  // As TRADES: one clean forward for the attack, then x and x′, of which no gradient is taken where both weights are 0.
  passes: (k, { mseWeight, softWeight }) => 2 * k + (mseWeight === 0 && softWeight === 0 ? 5 : 7),
};
