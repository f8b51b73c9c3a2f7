/**
 * A race result of realistic size and entropy for tests of codec, storage and export. Its figures are random; none was
 * measured.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import {
  CONFIG_VERSION,
  DEFAULT_SWITCHES,
  type Contestant,
  type ExperimentConfig,
  type Switches,
} from '../../core/settings/config.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import type { LaneEvent, RaceEvent } from '../../core/race/events.ts';
import { apply, ended, seedsOf, start } from '../../core/race/race-log.ts';
import type { RaceResult, RunResult } from '../../core/result/results.ts';

export const SWITCHES: Switches = DEFAULT_SWITCHES;

export const CONTESTANTS: readonly Contestant[] = [
  { label: 'AT', method: 'at', switches: SWITCHES },
  { label: 'TRADES', method: 'trades', switches: SWITCHES },
  { label: 'ARAT', method: 'arat', switches: SWITCHES },
  { label: 'ARAT, invariance weight 0', method: 'arat', switches: { ...SWITCHES, invarianceWeight: 0 } },
  { label: 'ARAT without stop-gradient', method: 'arat', switches: { ...SWITCHES, stopGradient: false } },
];

export interface SampleOptions {
  readonly methods?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  readonly conflictEvery?: number;
  /** BasicBlocks per stage. */
  readonly blocks?: readonly number[];
  readonly seed?: number;
  /** The number of seeds. */
  readonly repeats?: number;
  /** Whether training images were evaluated, too. */
  readonly training?: boolean;
}

export function sampleConfig(
  contestants: readonly Contestant[],
  epochs: number,
  blocks: readonly number[],
): ExperimentConfig {
  return {
    version: CONFIG_VERSION,
    preset: 'demo',
    dataset: { source: 'cifar10', classes: [0, 1, 6, 7], trainSize: 4000, testSize: 2000 },
    network: { family: 'resnet', width: 32, blocks: [...blocks], stemStride: 2, inputScale: 4 },
    attack: { eps: 8 / 255, stepSize: 2 / 255, steps: 5 },
    evaluation: { steps: 20, stepSize: 2 / 255, n: 512, trainingSet: false, heldOut: 0, sets: false },
    optimiser: {
      learningRate: 0.1,
      momentum: 0.9,
      weightDecay: 5e-4,
      schedule: 'one-cycle',
      milestones: [],
      batchSize: 64,
      epochs,
      keepLastBatch: false,
    },
    precision: 'float32',
    augmentation: { crop: 4, flip: true },
    initialBalance: 0.1,
    balanceImages: 'first',
    contestants: contestants.map((c) => ({ ...c, switches: { ...c.switches } })),
    conflictEvery: 10,
    pairImages: 'batch',
    seed: 0,
    repeats: 1,
  };
}

/** The events of a lane that trained this run. */
const laneEvents = ({
  curves,
  gradientConflict,
  conflictPairs = [],
  bn,
  final,
  seconds,
  imagesPerSecond,
}: RunResult): LaneEvent[] => [
  ...curves.map((point) => ({ type: 'epoch' as const, point })),
  ...gradientConflict.map((point) => ({ type: 'conflict' as const, point })),
  ...bn.map((point) => ({ type: 'bn' as const, point })),
  ...conflictPairs.map((point) => ({ type: 'pairs' as const, point })),
  { type: 'final', final: final!, seconds, imagesPerSecond },
];

export function sampleRace(options: SampleOptions = {}): RaceResult {
  const {
    methods = 3,
    epochs = 20,
    stepsPerEpoch = 62,
    conflictEvery = 10,
    blocks = [1, 1, 1],
    seed = 1,
    repeats = 1,
    training = false,
  } = options;
  const generator = xoroshiro128plus(seed);
  const random = () => uniformFloat64(generator);
  const contestants = CONTESTANTS.slice(0, methods);
  const stages = blocks.flatMap((n, s) =>
    Array.from({ length: n }, (_, b) => ({ name: `layer${s + 1}.${b}`, first: b === 0 && s > 0 })),
  );
  const weights = [
    'conv1.weight',
    ...stages.flatMap(({ name, first }) => [
      `${name}.conv1.weight`,
      `${name}.conv2.weight`,
      ...(first ? [`${name}.shortcut.weight`] : []),
    ]),
    'linear.weight',
  ];
  const norms = [
    'bn1',
    ...stages.flatMap(({ name, first }) => [
      `${name}.bn1`,
      `${name}.bn2`,
      ...(first ? [`${name}.shortcut_bn`] : []),
    ]),
  ];
  const numbers = (n: number, scale: number) => Array.from({ length: n }, () => random() * scale);
  const pairsOf = (terms: readonly string[]) =>
    terms.flatMap((first, i) =>
      terms.slice(i).map((second) => ({ first, second, cosine: 0.123, ratio: 0.456, chance: 0.4858 })),
    );
  /** As measured with two sets, and with one. Two draws, as ever: a stored link was made of the numbers after them. */
  const distances = (split: boolean) => {
    const [a, b] = [random(), random()];
    return split
      ? { throughClean: a, throughAdv: (a + b) / 2, runningDistance: b, affineDistance: a * b }
      : { throughClean: a, throughAdv: a, runningDistance: 0, affineDistance: 0 };
  };
  const run = (c: Contestant): RunResult => ({
    label: c.label,
    method: c.method,
    switches: c.switches,
    curves: Array.from({ length: epochs + 1 }, (_, epoch) => ({
      epoch,
      step: epoch * stepsPerEpoch,
      clean: Math.round(512 * (0.25 + (0.5 * epoch) / epochs + 0.05 * random())) / 512,
      robust: Math.round(512 * (0.2 + (0.3 * epoch) / epochs + 0.05 * random())) / 512,
      ...(epoch > 0 && {
        loss: 2 * random() + 0.5,
        terms: Object.fromEntries(CATALOGUE[c.method].terms.map((t) => [t, random()])),
        ...(c.method === 'arat' && { balance: random() }),
        learningRate: 0.1 * Math.sin(epoch),
      }),
    })).map((p) => ({
      ...p,
      ...(training && { trainClean: (1 + p.clean) / 2, trainRobust: (1 + p.robust) / 2 }),
      featureDistance: 1 - p.robust,
      ...(p.learningRate !== undefined && { learningRate: Math.abs(p.learningRate) }),
    })),
    gradientConflict:
      CATALOGUE[c.method].terms.length < 2
        ? []
        : Array.from({ length: Math.ceil((epochs * stepsPerEpoch) / conflictEvery) }, (_, i) => ({
            step: i * conflictEvery,
            cosine: 0.3 + 0.4 * (random() - 0.5),
            ratio: 0.4 + 0.1 * random(),
            chance: 0.4858,
            perLayer: Object.fromEntries(weights.map((w) => [w, random() - 0.5])),
          })),
    bn: Array.from({ length: epochs }, (_, i) => ({
      epoch: i + 1,
      layers: norms.map((name) => ({
        name,
        ...distances(CATALOGUE[c.method].switches.includes('splitBn') && c.switches.splitBn),
        clean: { mean: numbers(16, 2), std: numbers(16, 1) },
        adv: { mean: numbers(16, 2), std: numbers(16, 1) },
      })),
    })),
    ...(CATALOGUE[c.method].terms.length >= 2 && {
      conflictPairs: [{ epoch: epochs, pairs: pairsOf(CATALOGUE[c.method].terms) }],
    }),
    final: {
      clean: Math.round(2000 * (0.7 + 0.1 * random())) / 2000,
      robust: Math.round(2000 * (0.5 + 0.1 * random())) / 2000,
      n: 2000,
      attack: 'PGD-20, eps 8/255, step 2/255, CE, random start, seed 0',
    },
    imagesPerSecond: 900 * random(),
    seconds: 1000 * random(),
  });
  const sampled = sampleConfig(contestants, epochs, blocks);
  const evaluation = { ...sampled.evaluation, trainingSet: training };
  const config = { ...sampled, evaluation, repeats };
  const finishedAt = '2026-01-02T03:04:05.678Z';
  const events = seedsOf(config).flatMap((of) =>
    contestants.flatMap((c) =>
      laneEvents(run(c)).map((event): RaceEvent => ({ ...event, runId: 'sample', label: c.label, seed: of })),
    ),
  );
  const begun = start({
    config,
    backend: 'wasm',
    device: 'wasm (SIMD, 2 threads), Chrome 140 on Linux',
    dataset: {
      provenance:
        'CIFAR-10 subset, official binary layout, 10,000 train and 2,000 test images, from the file cifar-10-subset-binary.tar.gz',
      classNames: ['airplane', 'automobile', 'frog', 'horse'],
    },
    appVersion: '0.1.0',
    commit: '0123456789ab',
  });
  return ended(events.reduce(apply, begun), 'complete', finishedAt);
}
