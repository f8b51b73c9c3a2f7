import type { SwitchSpec } from '../spec.ts';

/**
 * The switches of the methods. Every contestant has all of them in one flat object, and its method reads only those in
 * its `MethodInfo.switches`; so picker, command line, links and tests need one type.
 *
 * Defaults are the paper's choices, but for the invariance weight: 4 suits short runs, and the preset `official` has
 * the paper's 30.
 */
export const SWITCHES = {
  splitBn: {
    kind: 'flag',
    default: true,
    label: 'Split BatchNorm',
    help: 'Clean and adversarial images each have their own BatchNorm set; off, both go through one set.',
    variant: { on: 'split BN', off: 'no split BN' },
  },
  stopGradient: {
    kind: 'flag',
    default: true,
    label: 'Stop-gradient',
    help: 'The invariance term moves only the adversarial features; off, it moves both sides.',
    variant: { on: 'stop-gradient', off: 'no stop-gradient' },
  },
  predictor: {
    kind: 'flag',
    default: true,
    label: 'Predictor',
    help: 'A small MLP maps adversarial features to clean ones before they are compared; off, the features are compared directly.',
    variant: { on: 'predictor', off: 'no predictor' },
  },
  autoBalance: {
    kind: 'flag',
    default: true,
    label: 'Auto-balance',
    help: 'The adversarial loss has the clean training accuracy a as its weight, the clean loss 1 − a; off, each has 0.5.',
    variant: { on: 'auto-balance', off: 'no auto-balance' },
  },
  invarianceWeight: {
    kind: 'number',
    min: 0,
    max: 1000,
    integer: false,
    default: 4,
    label: 'Invariance weight λ',
    help: 'Weight of the invariance term, or of ARREST’s distillation: 4 in short runs, 30 in the paper, 0 in the control.',
    variant: (weight) => `invariance weight ${weight}`,
  },
  metric: {
    kind: 'choice',
    choices: [
      { value: 'cosine', words: '1 − cosine', variant: 'cosine' },
      { value: 'mse', words: 'Mean squared error', variant: 'MSE' },
    ],
    default: 'cosine',
    label: 'Distance',
    help: 'How the invariance term measures the distance between clean and adversarial features.',
  },
  alignedLayers: {
    kind: 'choice',
    choices: [
      { value: 'last', words: 'Last stage', variant: 'last stage' },
      { value: 'lastTwo', words: 'Last two stages', variant: 'last two stages' },
      { value: 'all', words: 'All stages', variant: 'all stages' },
    ],
    default: 'last',
    label: 'Aligned layers',
    help: 'Stages whose features (bn1 and bn2 of each block) are aligned; the paper aligns the last.',
  },
  officialAliasing: {
    kind: 'flag',
    default: false,
    label: 'Official in-place start',
    help: 'As in the official code, the attack adds its random start to the clean batch itself, so that x and the centre of the ball move.',
    variant: { on: 'official aliasing', off: 'no aliasing' },
  },
  attackUpdatesStatistics: {
    kind: 'flag',
    default: false,
    label: 'Attack moves statistics',
    help: 'As in the official code, every attack step updates the running statistics of the adversarial BatchNorm set.',
    variant: { on: 'attack moves statistics', off: 'attack leaves statistics' },
  },
  beta: {
    kind: 'number',
    min: 0,
    max: 100,
    integer: false,
    default: 6,
    step: 0.5,
    label: 'β',
    help: 'Weight of the KL term; 6 in the papers.',
    variant: (beta) => `β ${beta}`,
  },
  noisyReplay: {
    kind: 'flag',
    default: true,
    absent: true,
    label: 'Noisy replay',
    help: 'Images whose representation has moved too far are replaced by noisy clean ones.',
    variant: { on: 'noisy replay', off: 'no noisy replay' },
  },
  averageFrom: {
    kind: 'number',
    min: 0,
    max: 1,
    integer: false,
    default: 0.5,
    absent: 0.5,
    step: 0.05,
    label: 'Average from',
    help: 'Share of the epochs after which the weights are averaged.',
    variant: (share) => `averaged from ${Math.round(100 * share)} %`,
  },
} as const satisfies Readonly<Record<string, SwitchSpec>>;
