/** Ready experiments. Free of tensors: the page reads them before the engine is loaded. */
import {
  CONFIG_VERSION,
  type Contestant,
  DEFAULT_SWITCHES,
  type ExperimentConfig,
  type Switches,
} from '../settings/config.ts';

import { contestant } from './contestant.ts';

export type PresetName = Exclude<ExperimentConfig['preset'], 'custom'>;

/** CIFAR-10's airplane, automobile, frog, horse: four classes that a short run can tell apart. */
const FOUR_CLASSES = [0, 1, 6, 7];
const ALL_CLASSES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const PIXEL = 1 / 255;

/** The default race: the two baselines, ARAT, and the control without its invariance term. */
export function defaultRace(base: Switches = DEFAULT_SWITCHES): Contestant[] {
  return [
    contestant('at', {}, base),
    contestant('trades', {}, base),
    contestant('arat', {}, base),
    contestant('arat', { invarianceWeight: 0 }, base),
  ];
}

const DEMO: ExperimentConfig = {
  version: CONFIG_VERSION,
  preset: 'demo',
  dataset: { source: 'synthetic', classes: FOUR_CLASSES, trainSize: 4000, testSize: 2000 },
  network: { width: 32, blocks: [1, 1, 1], stemStride: 2, inputScale: 4 },
  attack: { eps: 8 * PIXEL, stepSize: 2 * PIXEL, steps: 5 },
  evaluation: { steps: 20, stepSize: 2 * PIXEL, n: 256 },
  optimiser: {
    learningRate: 0.1,
    momentum: 0.9,
    weightDecay: 5e-4,
    schedule: 'one-cycle',
    milestones: [],
    batchSize: 64,
    epochs: 8,
  },
  precision: 'float32',
  augmentation: { crop: 4, flip: true },
  initialBalance: 0.1,
  contestants: defaultRace(),
  conflictEvery: 8,
  seed: 0,
  repeats: 1,
};

const OFFICIAL_SWITCHES: Switches = { ...DEFAULT_SWITCHES, invarianceWeight: 30 };

export const PRESETS: Readonly<Record<PresetName, ExperimentConfig>> = {
  quick: {
    ...DEMO,
    preset: 'quick',
    dataset: { ...DEMO.dataset, trainSize: 1024, testSize: 512 },
    network: { ...DEMO.network, width: 16 },
    evaluation: { ...DEMO.evaluation, steps: 10, n: 128 },
    optimiser: { ...DEMO.optimiser, epochs: 6 },
    conflictEvery: 4,
  },
  demo: DEMO,
  standard: {
    ...DEMO,
    preset: 'standard',
    dataset: { source: 'cifar10', classes: ALL_CLASSES, trainSize: 20_000, testSize: 2000 },
    optimiser: { ...DEMO.optimiser, epochs: 20 },
    conflictEvery: 50,
  },
  official: {
    ...DEMO,
    preset: 'official',
    dataset: { source: 'cifar10', classes: ALL_CLASSES, trainSize: 50_000, testSize: 10_000 },
    network: { width: 64, blocks: [2, 2, 2, 2], stemStride: 1, inputScale: 0 },
    attack: { ...DEMO.attack, steps: 10 },
    evaluation: { steps: 20, stepSize: 2 * PIXEL, n: 1000 },
    optimiser: {
      ...DEMO.optimiser,
      schedule: 'step',
      milestones: [0.75, 0.9],
      batchSize: 128,
      epochs: 100,
    },
    contestants: defaultRace(OFFICIAL_SWITCHES),
    conflictEvery: 200,
  },
};
