import type { SettingSpec } from '../spec.ts';

export const RUN = {
  precision: {
    kind: 'choice',
    choices: [
      { value: 'float32', words: 'float32' },
      // What is computed in 16 bits: backend/precision.ts.
      { value: 'float16', words: 'float16 (half precision)' },
    ],
    default: 'float32',
    absent: 'float32',
    label: 'Precision of training',
    help: 'With float16, convolutions in training multiply 16-bit floats; evaluation and all else stay float32.',
    option: 'precision',
  },
  initialBalance: {
    kind: 'number',
    min: 0,
    max: 1,
    integer: false,
    default: 0.1,
    step: 0.05,
    label: 'First balance',
    help: 'Weight of the adversarial loss under auto-balance before any accuracy is known.',
    option: 'initial-balance',
  },
  conflictEvery: {
    kind: 'number',
    min: 0,
    max: 10_000,
    integer: true,
    default: 8,
    label: 'Steps between conflict measurements',
    help: 'The gradient conflict is measured once in this many steps, or never if it is 0.',
    option: 'conflict-every',
  },
  seed: {
    kind: 'number',
    min: 0,
    max: 2 ** 31 - 1,
    integer: true,
    default: 0,
    label: 'Seed',
    help: 'The same seed, settings and CPU backend give the same run.',
    option: 'seed',
  },
  repeats: {
    kind: 'number',
    min: 1,
    max: 10,
    integer: true,
    default: 1,
    absent: 1,
    label: 'Seeds',
    help: 'The race is repeated with this many seeds, the first one and those after it; charts and tables then show mean and spread.',
    option: 'seeds',
  },
} as const satisfies Readonly<Record<string, SettingSpec>>;
