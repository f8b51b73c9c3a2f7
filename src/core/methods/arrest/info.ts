import type { StorePart } from '../../nn/types.ts';
import { aratRate, type MethodInfo } from '../method-info.ts';

/** The frozen, standardly trained network. */
export const STANDARD_NETWORK: StorePart = { name: 'standard', trained: false, exported: false };
/** 1 once that network is frozen. */
export const FINETUNING: StorePart = { name: 'finetuning', trained: false, exported: false };

export const ARREST_INFO: MethodInfo<'arrest'> = {
  id: 'arrest',
  name: 'ARREST',
  description:
    'Adversarial finetuning: the first third of the epochs trains on clean images; then that network is frozen, and training goes on under attack while the representation is held near the frozen one’s.',
  equation: 'CE(f(x′), y) + λ arccos(z(x′) · z₀(x)) / π,  z unit features of f, z₀ of the frozen network',
  citation: { text: 'Suzuki et al., ICCV 2023', url: 'https://arxiv.org/abs/2308.16454' },
  switches: ['invarianceWeight', 'noisyReplay', 'officialAliasing', 'attackUpdatesStatistics'],
  conflictBetween: ['cross-entropy', 'distillation'],
  terms: ['ce', 'distillation'],
  paperRows: [{}],
  officialRate: aratRate,
  beside: [STANDARD_NETWORK, FINETUNING],
  // In its adversarial epochs: attack, x′ and the frozen network twice; a third of the epochs costs 3 only.
  passes: (k) => (2 * (2 * k + 6) + 3) / 3,
};
