/** Ready experiments and what they cost. A leaf with config.ts: the page reads it before any tensor exists. */
import type { Contestant, ExperimentConfig, MethodId, Switches } from './config.ts';
import { CONFIG_VERSION } from './config.ts';
import { CATALOGUE, DEFAULT_SWITCHES } from './methods/catalogue.ts';
import { contestant } from './methods/contestant.ts';
import { networkCost } from './nn/flops.ts';

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

/** Ready networks from the quick preset's to the paper's, in order of cost. ResNet-n counts the layers with weights on the way through. */
export const NETWORKS: readonly { readonly title: string; readonly network: ExperimentConfig['network'] }[] =
  [
    { title: 'ResNet-8, 16 channels, stride 2 (quick)', network: PRESETS.quick.network },
    { title: 'ResNet-8, 32 channels, stride 2 (demo, standard)', network: DEMO.network },
    { title: 'ResNet-8, 64 channels, stride 2', network: { ...DEMO.network, width: 64 } },
    {
      title: 'ResNet-10, 64 channels, stride 2',
      network: { ...DEMO.network, width: 64, blocks: [1, 1, 1, 1] },
    },
    { title: 'ResNet-10, 64 channels', network: { ...PRESETS.official.network, blocks: [1, 1, 1, 1] } },
    { title: 'ResNet-18, 64 channels (official)', network: PRESETS.official.network },
  ];

/** The title of a ready network, or null. */
export function networkTitle({
  width,
  blocks,
  stemStride,
  inputScale,
}: ExperimentConfig['network']): string | null {
  const same = NETWORKS.find(
    ({ network: n }) =>
      n.width === width &&
      n.blocks.join() === blocks.join() &&
      n.stemStride === stemStride &&
      n.inputScale === inputScale,
  );
  return same?.title ?? null;
}

/** Training cost of one contestant in FLOP (convolutions and linear layer; evaluation is not counted). */
export function trainingFlop(config: ExperimentConfig, method: MethodId): number {
  const { flopPerImage } = networkCost({ ...config.network, classes: config.dataset.classes.length });
  const { batchSize, epochs } = config.optimiser;
  const images = Math.floor(config.dataset.trainSize / batchSize) * batchSize * epochs;
  return flopPerImage * images * CATALOGUE[method].passes(config.attack.steps);
}

/** Cost of a contestant's evaluations in FLOP: after every epoch on the subset, at the end on all test images, clean and under PGD. */
export function evaluationFlop({ network, dataset, evaluation, optimiser }: ExperimentConfig): number {
  const { flopPerImage } = networkCost({ ...network, classes: dataset.classes.length });
  const images = (optimiser.epochs + 1) * Math.min(evaluation.n, dataset.testSize) + dataset.testSize;
  // Clean forward, forward and image gradient of each attack step, forward of what it found.
  return flopPerImage * images * (1 + 2 * evaluation.steps + 1);
}

/** Seconds that a race takes on a machine of `gflops` GFLOP/s: training and evaluation of all contestants and seeds. */
export function raceSeconds(config: ExperimentConfig, gflops: number): number {
  const evaluation = config.repeats * config.contestants.length * evaluationFlop(config);
  return (1e12 * raceTeraflop(config) + evaluation) / (1e9 * gflops);
}

/** Training cost of the whole race, all its seeds, in TFLOP. */
export function raceTeraflop(config: ExperimentConfig): number {
  return (
    config.contestants.reduce((sum, c) => sum + trainingFlop(config, c.method), 0) * (config.repeats / 1e12)
  );
}
