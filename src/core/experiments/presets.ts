/** Ready-made experiments. Imports no tensors: the page reads them before it loads the engine. */
import {
  CONFIG_VERSION,
  type Contestant,
  DEFAULT_SWITCHES,
  type ExperimentConfig,
  type Switches,
} from '../settings/config.ts';
import { defaultsOf, groupSpecs, SETTINGS } from '../settings/specs.ts';
import { contestant } from './contestant.ts';

export type PresetName = Exclude<ExperimentConfig['preset'], 'custom'>;

const ALL_CLASSES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** The default race: the two baselines, ARAT, and ARAT without its invariance term as the control. */
export function defaultRace(base: Switches = DEFAULT_SWITCHES): Contestant[] {
  return [
    contestant('at', {}, base),
    contestant('trades', {}, base),
    contestant('arat', {}, base),
    contestant('arat', { invarianceWeight: 0 }, base),
  ];
}

/** The preset `demo`: every setting has its default. */
const DEMO: ExperimentConfig = {
  version: CONFIG_VERSION,
  preset: 'demo',
  dataset: defaultsOf(groupSpecs('dataset')),
  network: defaultsOf(groupSpecs('network')),
  attack: defaultsOf(groupSpecs('attack')),
  evaluation: defaultsOf(groupSpecs('evaluation')),
  optimiser: defaultsOf(groupSpecs('optimiser')),
  precision: SETTINGS.precision.default,
  augmentation: defaultsOf(groupSpecs('augmentation')),
  initialBalance: SETTINGS.initialBalance.default,
  balanceImages: SETTINGS.balanceImages.default,
  contestants: defaultRace(),
  conflictEvery: SETTINGS.conflictEvery.default,
  pairImages: SETTINGS.pairImages.default,
  seed: SETTINGS.seed.default,
  repeats: SETTINGS.repeats.default,
};

/**
 * Of the official codes, where they differ from the papers. Two things in which ARAT's code differs stay off: its
 * attack moves the clean batch and the running statistics (switches `officialAliasing`, `attackUpdatesStatistics`).
 */
const OFFICIAL_SWITCHES: Switches = {
  ...DEFAULT_SWITCHES,
  invarianceWeight: 30,
  classificationWeight: 1,
  averageFrom: 0.76,
  averageEvery: 500,
  recipe: 'code',
};

export const PRESETS: Readonly<Record<PresetName, ExperimentConfig>> = {
  quick: {
    ...DEMO,
    preset: 'quick',
    dataset: { source: 'embedded', classes: [0, 1, 2, 3], trainSize: 1024, testSize: 800 },
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
    network: { family: 'resnet', width: 64, blocks: [2, 2, 2, 2], stemStride: 1, inputScale: 0 },
    attack: { ...DEMO.attack, steps: 10 },
    evaluation: { ...DEMO.evaluation, n: 1000 },
    optimiser: {
      ...DEMO.optimiser,
      schedule: 'official',
      // Of the paper's schedule, 'step', which a visitor may choose instead.
      milestones: [0.75, 0.9],
      keepLastBatch: true,
      batchSize: 128,
      epochs: 100,
    },
    balanceImages: 'batches',
    contestants: defaultRace(OFFICIAL_SWITCHES),
    conflictEvery: 200,
  },
};
