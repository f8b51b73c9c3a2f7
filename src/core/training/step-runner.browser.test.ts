import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { setStepCapture, stepCapture, type StepCapture } from '../backend/step-capture.ts';
import { METHOD_IDS } from '../settings/config.ts';
import { syntheticDataset } from '../data/synthetic.ts';
import { parseContestant } from '../experiments/contestant.ts';
import { PRESETS } from '../experiments/presets.ts';
import { Trainer } from './trainer.ts';

const STEPS_PER_EPOCH = 4;
const EPOCHS = 2;
const BATCH = 4;

let capture: StepCapture;
beforeAll(async () => {
  await initialiseBackend('webgpu');
  capture = stepCapture()!;
});
afterEach(() => setStepCapture(capture));

/** With more images than whole batches need, the last batch of an epoch is smaller. */
function trainerOf(method: string, more = 0): Trainer {
  const { quick } = PRESETS;
  const config = {
    ...quick,
    dataset: { ...quick.dataset, classes: [0, 1], trainSize: STEPS_PER_EPOCH * BATCH + more },
    network: { ...quick.network, width: 4 },
    attack: { ...quick.attack, steps: 1 },
    optimiser: { ...quick.optimiser, batchSize: BATCH, epochs: EPOCHS, keepLastBatch: more > 0 },
    conflictEvery: 2,
  };
  return new Trainer(
    parseContestant(method),
    config,
    syntheticDataset(0, STEPS_PER_EPOCH * BATCH + more, 4, [0, 1]),
  );
}

/** Trains to the end: weights, statistics, momenta, the mean losses of each epoch, and conflicts. */
async function train(method: string, how: 'recorded' | 'plain', more = 0) {
  const trainer = trainerOf(method, more);
  if (how === 'plain') setStepCapture(null);
  const means = [];
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    trainer.balance = 0.1 + 0.2 * epoch;
    await trainer.beforeEpoch(epoch, async () => {});
    for (let i = 0; i < trainer.batches.batchesPerEpoch; i++) {
      trainer.trainStep();
      await trainer.readMetrics();
    }
    await trainer.readMetrics(true);
    means.push(trainer.takeMeans());
    await trainer.afterEpoch(epoch + 1, async () => {});
  }
  const { trainable, buffers } = trainer.network;
  const values: Record<string, Float32Array> = {};
  for (const [what, map] of Object.entries({ trainable, buffers, velocities: trainer.sgd.velocities }))
    for (const [name, v] of map) values[`${what} ${name}`] = (await v.data()) as Float32Array;
  const conflicts = trainer.takeConflicts();
  trainer.dispose();
  return { means, values, conflicts };
}

/** Every method, and ARAT with the switches that change its step most. */
const CONTESTANTS = [
  ...METHOD_IDS,
  'arat[officialAliasing=on,attackUpdatesStatistics=on]',
  'arat[splitBn=off,stopGradient=off,predictor=off,metric=mse]',
  'arat[alignedLayers=all,autoBalance=off]',
  'lbgat[beta=0]',
  'at-swa[averageFrom=0,averageEvery=3]',
  'ca-at[conflictThreshold=0.3]',
  'ikl[twoSided=off,classMeans=off]',
  "custom{attackObjective=mse(z(x'), z(x)) + 0.1 * margin(f(x'), y); " +
    "firstTerm=mean(bce(f(x'), y)) + mean(max(entropy(f(x)), 0.1)); " +
    "secondTerm=(1 + t) * mean(sg(prob(f(x), y)) * kl(f_adv(x), f(x'), 1e-12)) + 0.1 * mean(exp(min(softmax(f(x))))); " +
    'attackStart=gaussian; attackMode=eval}',
];

// Must be first in the file, before any program is compiled.
describe('on a fresh webgpu', () => {
  test('given programs compiled in advance, then steps and attacks compile no others, and the weights are unchanged', async () => {
    const trainer = trainerOf('arat');
    const weights = () => Promise.all([...trainer.network.trainable.values()].map((v) => v.data()));
    const before = { weights: await weights(), tensors: tf.memory().numTensors };
    const progress: number[] = [];
    let total = 0;
    await capture.compile(
      () => trainer.rehearse(),
      async (done, of) => {
        progress.push(done);
        total = of;
      },
    );
    expect(progress).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    expect(total).toBeGreaterThan(30);
    expect(await weights()).toEqual(before.weights);
    expect(tf.memory().numTensors).toBe(before.tensors);
    const device = (tf.backend() as unknown as { device: GPUDevice }).device;
    const compiled: string[] = [];
    const original = device.createComputePipeline.bind(device);
    device.createComputePipeline = (descriptor) => {
      compiled.push(descriptor.label ?? '');
      return original(descriptor);
    };
    for (let i = 0; i < STEPS_PER_EPOCH; i++) trainer.trainStep();
    tf.tidy(() => void trainer.logits(tf.zeros([3, 32, 32, 3])));
    delete (device as Partial<GPUDevice>).createComputePipeline;
    expect(compiled).toEqual([]);
    trainer.dispose();
  });
});

describe('on webgpu', () => {
  test.each(CONTESTANTS)(
    'given %s, when its steps are recorded and replayed, then every number equals that of plain steps',
    async (method) => {
      const tensors = tf.memory().numTensors;
      const recorded = await train(method, 'recorded');
      expect(tf.memory().numTensors).toBe(tensors);
      const plain = await train(method, 'plain');
      expect(recorded).toEqual(plain);
      expect(plain.means[0].loss).not.toBe(plain.means[1].loss);
    },
    120_000,
  );

  test('given a smaller last batch, then the steps around it are recorded, and every number equals that of plain steps', async () => {
    const tensors = tf.memory().numTensors;
    const recorded = await train('arat', 'recorded', 2);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(recorded).toEqual(await train('arat', 'plain', 2));
  }, 120_000);

  test('given a recorded step, when replayed, then only its outputs are new tensors and GPU buffers', async () => {
    const trainer = trainerOf('arat');
    const created: number[] = [];
    const device = (tf.backend() as unknown as { device: GPUDevice }).device;
    // Makes both recordings: of steps that measure the conflict and of steps that do not.
    for (let i = 0; i < STEPS_PER_EPOCH; i++) trainer.trainStep();
    await trainer.readMetrics(true);
    const before = tf.memory();
    const createBuffer = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      created.push(descriptor.size);
      return createBuffer(descriptor);
    };
    try {
      for (let i = 0; i < 2; i++) trainer.trainStep();
      // The metrics of two steps, and the conflict sums of one.
      expect(tf.memory().numTensors - before.numTensors).toBe(3);
      expect(Math.max(0, ...created)).toBeLessThan(1024);
      expect(created.length).toBeLessThanOrEqual(3);
    } finally {
      delete (device as Partial<GPUDevice>).createBuffer;
      trainer.dispose();
    }
  });

  test('given variables assigned between two steps, then the next step starts from the new values', async () => {
    const [a, b] = [trainerOf('at'), trainerOf('at')];
    for (const t of [a, b]) for (let i = 0; i < 2; i++) t.trainStep();
    const name = 'linear.weight';
    const [mine, theirs] = [a, b].map((t) => t.network.trainable.get(name)!);
    tf.tidy(() => {
      mine.assign(tf.zerosLike(mine));
      theirs.assign(tf.zerosLike(theirs));
    });
    a.trainStep();
    setStepCapture(null);
    b.trainStep();
    expect(await mine.data()).toEqual(await theirs.data());
    a.dispose();
    b.dispose();
  });

  test('given a step that leaks a tensor, when recorded, then the error says so', () => {
    const kept: tf.Tensor[] = [];
    const step = () => [
      tf.tidy(() => {
        kept.push(tf.keep(tf.add(tf.scalar(1), tf.scalar(2))));
        return tf.add(kept[0], 1);
      }),
    ];
    expect(() => capture.capture([], step)).toThrow(/left 1 tensors behind/);
    tf.dispose(kept);
  });

  test('given a step without our optimiser kernel, when recorded, then it has no recording, and its outputs are right', async () => {
    const { outputs, recording } = capture.capture([], () => [
      tf.tidy(() => tf.add(tf.scalar(1), tf.scalar(2))),
    ]);
    expect(recording).toBeNull();
    expect(await outputs[0].data()).toEqual(Float32Array.of(3));
    tf.dispose(outputs);
  });
});
