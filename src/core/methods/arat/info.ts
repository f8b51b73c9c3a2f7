import type { StorePart } from '../../nn/types.ts';
import { aratRate, type MethodInfo } from '../method-info.ts';

/** The predictors h, one per aligned layer. The official code's weights file holds them, too. */
export const PREDICTORS: StorePart = { name: 'predictor', trained: true, exported: true };

export const ARAT_INFO: MethodInfo<'arat'> = {
  id: 'arat',
  name: 'ARAT',
  description:
    'Classifies clean and adversarial images, each through its own BatchNorm set, and pulls the adversarial features towards the clean ones: only in that direction (stop-gradient), and through a small predictor.',
  equation: 'w_adv CE(f_adv(x′), y) + w_clean CE(f_clean(x), y) + (λ/L) Σ_l [1 − cos(h_l(z′_l), sg(z_l))]',
  citation: { text: 'Waseda, Chang, Echizen, ICLR 2025', url: 'https://arxiv.org/abs/2402.14648' },
  switches: [
    'splitBn',
    'splitParts',
    'stopGradient',
    'predictor',
    'autoBalance',
    'classificationWeight',
    'invarianceWeight',
    'metric',
    'alignedLayers',
    'officialAliasing',
    'attackUpdatesStatistics',
  ],
  conflictBetween: ['classification', 'invariance'],
  terms: ['ceAdv', 'ceClean', 'invariance'],
  paperRows: [{}],
  officialRate: aratRate,
  beside: [PREDICTORS],
  usesBalance: (switches) => switches.autoBalance,
  passes: (k) => 2 * k + 6,
};
