/** The passes that a method declares are those that its training step makes, counted in the kernels that run. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { KERNELS } from '../backend/kernels/signatures.ts';
import { subset } from '../data/subset.ts';
import { contestant } from '../experiments/contestant.ts';
import type { MethodId, Switches } from '../settings/config.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { now, TINY_DATA } from '../training/testing/tiny-trainer.ts';
import { Trainer } from '../training/trainer.ts';
import { CATALOGUE, METHOD_IDS } from './catalogue.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

/** One of three epochs is ARREST's standard training. */
const EPOCHS = 3;

/**
 * Passes per step, from one step of each epoch, by the first convolution: it runs once in a forward pass, has an
 * input gradient in a gradient of the image, and a filter gradient in a gradient of everything.
 */
async function counted(method: MethodId, changes: Partial<Switches>, attackSteps: number): Promise<number> {
  const tiny = tinyConfig([contestant(method, changes)]);
  const config = {
    ...tiny,
    conflictEvery: 0,
    attack: { ...tiny.attack, steps: attackSteps },
    optimiser: { ...tiny.optimiser, epochs: EPOCHS },
  };
  const trainer = new Trainer(config.contestants[0], config, subset(TINY_DATA, config));
  const { width } = config.network;
  const stem = `3,3,3,${width}`;
  let passes = 0;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    await trainer.beforeEpoch(epoch, now);
    const { kernels } = await tf.profile(() => trainer.trainStep());
    const runs = (name: string, shape: (kernel: (typeof kernels)[number]) => unknown, ofStem: string) =>
      kernels.filter((kernel) => kernel.name === name && String(shape(kernel)).endsWith(ofStem)).length;
    const forward = runs(KERNELS.conv2d, ({ inputShapes }) => inputShapes, stem);
    const image = runs(KERNELS.conv2dInputGrad, ({ outputShapes }) => outputShapes, '32,32,3');
    const everything = runs(KERNELS.conv2dFilterGrad, ({ outputShapes }) => outputShapes, stem);
    passes += (forward + image + 2 * everything) / EPOCHS;
  }
  await trainer.readMetrics(true);
  trainer.dispose();
  return passes;
}

const VARIANTS: readonly (readonly [MethodId, Partial<Switches>])[] = [
  ...METHOD_IDS.map((id) => [id, {}] as const),
  ['trades', { beta: 0 }],
  ['mart', { beta: 0 }],
  ['lbgat', { beta: 0 }],
  ['arrest', { noisyReplay: false }],
  ['arrest', { invarianceWeight: 0 }],
  ['arat', { splitBn: false, stopGradient: false, predictor: false }],
  ['arat', { invarianceWeight: 0, autoBalance: false }],
  ['ikl', { twoSided: false, classMeans: false }],
  ['ikl', { mseWeight: 0 }],
  ['ikl', { softWeight: 0, twoSided: false }],
  ['ikl', { mseWeight: 0, softWeight: 0 }],
  ['custom', { firstTerm: 'mean(ce(f(x), y))', secondTerm: "6 * mean(kl(f(x), f(x')))" }],
  ['custom', { firstTerm: "mean(kl(sg(f(x)), f(x')))", secondTerm: '' }],
];

test.each(VARIANTS)(
  'given %s with %j, then its steps make as many passes as it declares',
  async (method, changes) => {
    const { switches } = contestant(method, changes);
    for (const steps of [1, 2])
      expect(await counted(method, changes, steps)).toBeCloseTo(
        CATALOGUE[method].passes(steps, switches, EPOCHS),
        9,
      );
  },
);
