import type { SettingSpec } from '../spec.ts';

/**
 * The attack in training, whose loss and BatchNorm mode each method decides, and the PGD attack that measures robust
 * accuracy.
 */
export const ATTACK = {
  'attack.eps': {
    kind: 'number',
    min: 0,
    max: 0.5,
    integer: false,
    unit: '/255',
    default: 8 / 255,
    label: 'ε',
    help: 'How far a pixel may move, in training and in evaluation.',
    option: 'eps',
  },
  'attack.stepSize': {
    kind: 'number',
    min: 0,
    max: 0.5,
    integer: false,
    unit: '/255',
    default: 2 / 255,
    label: 'Training step size',
    help: 'How far one step of the training attack moves a pixel.',
    option: 'attack-step-size',
  },
  'attack.steps': {
    kind: 'number',
    min: 0,
    max: 100,
    integer: true,
    default: 5,
    label: 'Training steps',
    help: 'Steps of the training attack on each batch.',
    option: 'attack-steps',
  },
  'evaluation.steps': {
    kind: 'number',
    min: 1,
    max: 200,
    integer: true,
    default: 20,
    label: 'Evaluation steps',
    help: 'Steps of the PGD attack that measures robust accuracy.',
    option: 'eval-steps',
  },
  'evaluation.stepSize': {
    kind: 'number',
    min: 0,
    max: 0.5,
    integer: false,
    unit: '/255',
    default: 2 / 255,
    label: 'Evaluation step size',
    help: 'How far one step of the evaluation attack moves a pixel.',
    option: 'eval-step-size',
  },
  'evaluation.n': {
    kind: 'number',
    min: 4,
    max: 10_000,
    integer: true,
    default: 256,
    label: 'Test images per epoch',
    help: 'How many test images each evaluation during training uses; the final table uses all of them.',
    option: 'eval-size',
  },
} as const satisfies Readonly<Record<string, SettingSpec>>;
