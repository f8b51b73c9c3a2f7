/**
 * What the page, the command line and the links need to know of each method: names, words, equation, switches. Free of tensors, so that
 * the page can show it without loading tfjs; each method's file adds its attack and its loss to its entry.
 */
import type { MethodId, SwitchName, Switches } from '../settings/config.ts';

export interface MethodInfo {
  readonly id: MethodId;
  /** Standard short name, e.g. `TRADES`. */
  readonly name: string;
  /** One paragraph for the page. */
  readonly description: string;
  /** The objective in plain Unicode. */
  readonly equation: string;
  readonly citation: { readonly text: string; readonly url: string };
  /** The switches this method reads, in the order the page shows them. */
  readonly switches: readonly SwitchName[];
  /** Names of the two terms whose gradients may conflict, for the legend, or null. */
  readonly conflictBetween: readonly [string, string] | null;
  /** Network passes per training image and step: forward 1, gradient of the image 1, gradient of everything 2. */
  passes(attackSteps: number): number;
}

export const STANDARD_INFO: MethodInfo = {
  id: 'standard',
  name: 'Standard',
  description:
    'Trains on clean images only. The upper reference for clean accuracy; an attack breaks it almost completely.',
  equation: 'CE(f(x), y)',
  citation: {
    text: 'Empirical risk minimisation',
    url: 'https://en.wikipedia.org/wiki/Empirical_risk_minimization',
  },
  switches: [],
  conflictBetween: null,
  passes: () => 3,
};

export const AT_INFO: MethodInfo = {
  id: 'at',
  name: 'AT',
  description:
    'Adversarial training: every image is replaced by the worst one that PGD finds within eps, and the network learns to classify that.',
  equation: 'CE(f(x′), y),  x′ = argmax CE within ‖x′ − x‖∞ ≤ ε',
  citation: { text: 'Madry et al., ICLR 2018', url: 'https://arxiv.org/abs/1706.06083' },
  switches: ['officialAliasing', 'attackUpdatesStatistics'],
  conflictBetween: null,
  passes: (k) => 2 * k + 3,
};

export const TRADES_INFO: MethodInfo = {
  id: 'trades',
  name: 'TRADES',
  description:
    'Learns to classify clean images, and adds a penalty (weight β) on how far the prediction moves under attack. Both terms pull on the same weights.',
  equation: 'CE(f(x), y) + β KL(f(x) ‖ f(x′)),  x′ = argmax KL',
  citation: { text: 'Zhang et al., ICML 2019', url: 'https://arxiv.org/abs/1901.08573' },
  switches: ['beta'],
  conflictBetween: ['cross-entropy', 'KL'],
  // One clean forward for the attack, then x and x′ (x's third forward is not computed again).
  passes: (k) => 2 * k + 7,
};

export const MART_INFO: MethodInfo = {
  id: 'mart',
  name: 'MART',
  description:
    'Misclassification-aware: pushes the adversarial prediction away from its strongest rival, and ties it to the clean one (weight β) most where the clean image is not yet learnt.',
  equation: 'BCE(f(x′), y) + β (1 − p_y(x)) KL(f(x) ‖ f(x′)),  x′ = argmax CE',
  citation: { text: 'Wang et al., ICLR 2020', url: 'https://openreview.net/forum?id=rklOg6EFwS' },
  switches: ['beta'],
  conflictBetween: ['boosted cross-entropy', 'KL'],
  passes: (k) => 2 * k + 6,
};

export const LBGAT_INFO: MethodInfo = {
  id: 'lbgat',
  name: 'LBGAT',
  description:
    'Learnable boundary guided: a second network learns on clean images only, and the robust one copies its logits under attack, with TRADES’ penalty (weight β; 0 leaves it out).',
  equation: 'MSE(f(x′), g(x)) + CE(g(x), y) + β KL(f(x) ‖ f(x′)),  g the natural model',
  citation: { text: 'Cui et al., ICCV 2021', url: 'https://arxiv.org/abs/2011.11164' },
  switches: ['beta'],
  conflictBetween: ['boundary guidance', 'KL'],
  passes: (k) => 2 * k + 10,
};

export const ARREST_INFO: MethodInfo = {
  id: 'arrest',
  name: 'ARREST',
  description:
    'Adversarial finetuning: the first third of the epochs trains on clean images; then that network is frozen, and training goes on under attack while the representation is held near the frozen one’s.',
  equation: 'CE(f(x′), y) + λ arccos(z(x′) · z₀(x)) / π,  z unit features of f, z₀ of the frozen network',
  citation: { text: 'Suzuki et al., ICCV 2023', url: 'https://arxiv.org/abs/2308.16454' },
  switches: ['invarianceWeight', 'noisyReplay', 'officialAliasing', 'attackUpdatesStatistics'],
  conflictBetween: ['cross-entropy', 'distillation'],
  // In its adversarial epochs: attack, x′ and the frozen network twice; a third of the epochs costs 3 only.
  passes: (k) => (2 * (2 * k + 6) + 3) / 3,
};

export const ARAT_INFO: MethodInfo = {
  id: 'arat',
  name: 'ARAT',
  description:
    'Classifies clean and adversarial images, each through its own BatchNorm set, and pulls the adversarial features towards the clean ones: only in that direction (stop-gradient), and through a small predictor.',
  equation: 'w_adv CE(f_adv(x′), y) + w_clean CE(f_clean(x), y) + (λ/L) Σ_l [1 − cos(h_l(z′_l), sg(z_l))]',
  citation: { text: 'Waseda, Chang, Echizen, ICLR 2025', url: 'https://arxiv.org/abs/2402.14648' },
  switches: [
    'splitBn',
    'stopGradient',
    'predictor',
    'autoBalance',
    'invarianceWeight',
    'metric',
    'alignedLayers',
    'officialAliasing',
    'attackUpdatesStatistics',
  ],
  conflictBetween: ['classification', 'invariance'],
  passes: (k) => 2 * k + 6,
};

export const ARAT_SWA_INFO: MethodInfo = {
  ...ARAT_INFO,
  id: 'arat-swa',
  name: 'ARAT+SWA',
  description:
    'ARAT whose weights are averaged over the last epochs; the average is what is judged, with BatchNorm statistics measured anew, those of the adversarial set on adversarial images.',
  equation: 'θ̄ = mean of θ after the last epochs; θ as ARAT trains it',
  switches: [...ARAT_INFO.switches, 'averageFrom'],
  // As ARAT's: measuring the average's statistics, at most 1,000 images once an epoch, is no part of a step.
};

export const CATALOGUE: Readonly<Record<MethodId, MethodInfo>> = {
  standard: STANDARD_INFO,
  at: AT_INFO,
  trades: TRADES_INFO,
  mart: MART_INFO,
  lbgat: LBGAT_INFO,
  arrest: ARREST_INFO,
  arat: ARAT_INFO,
  'arat-swa': ARAT_SWA_INFO,
};

/** The paper's choices, with the invariance weight of short runs (4; the paper's full-scale 30 is in the `official` preset). */
export const DEFAULT_SWITCHES: Switches = {
  splitBn: true,
  stopGradient: true,
  predictor: true,
  autoBalance: true,
  invarianceWeight: 4,
  metric: 'cosine',
  alignedLayers: 'last',
  officialAliasing: false,
  attackUpdatesStatistics: false,
  beta: 6,
  noisyReplay: true,
  averageFrom: 0.5,
};
