import type { StorePart } from '../../nn/types.ts';
import type { Switches } from '../../settings/config.ts';
import { aratRate, type MethodInfo } from '../method-info.ts';

/** The frozen, standardly trained network. */
export const STANDARD_NETWORK: StorePart = { name: 'standard', trained: false, exported: false };
/** 1 once that network is frozen. */
export const FINETUNING: StorePart = { name: 'finetuning', trained: false, exported: false };

/** Share of the epochs that train the standard network. */
const STANDARD_SHARE = 1 / 3;
/** How many of the epochs train the standard network, which costs 3 passes. */
export const standardEpochs = (epochs: number): number => Math.max(1, Math.round(epochs * STANDARD_SHARE));

/** Of a step of finetuning: the attack, x′, and the frozen network's x; noisy replay judges both images once more. */
const finetuningPasses = (k: number, { noisyReplay }: Switches): number => 2 * k + 4 + (noisyReplay ? 2 : 0);

export const ARREST_INFO: MethodInfo<'arrest'> = {
  id: 'arrest',
  name: 'ARREST',
  description:
    'Adversarial finetuning: the first third of the epochs trains on clean images; then that network is frozen, and training goes on under attack while the representation is held near the frozen one’s. There is no official code: λ and the threshold of noisy replay are choices of this project.',
  equation: 'CE(f(x′), y) + λ arccos(z(x′) · z₀(x)) / π,  z unit features of f, z₀ of the frozen network',
  citation: { text: 'Suzuki et al., ICCV 2023', url: 'https://arxiv.org/abs/2308.16454' },
  switches: ['invarianceWeight', 'noisyReplay', 'officialAliasing', 'attackUpdatesStatistics'],
  conflictBetween: ['cross-entropy', 'distillation'],
  terms: ['ce', 'distillation'],
  paperRows: [{}],
  officialRate: aratRate,
  beside: [STANDARD_NETWORK, FINETUNING],
  passes(k, switches, epochs) {
    const standard = Math.min(epochs, standardEpochs(epochs));
    return (3 * standard + finetuningPasses(k, switches) * (epochs - standard)) / epochs;
  },
};
