import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { KERNELS } from '../backend/kernels/signatures.ts';
import { setHalfPrecisionAvailable } from '../backend/precision.ts';
import { subset } from '../data/subset.ts';
import { contestant } from '../experiments/contestant.ts';
import { tinyConfig } from './testing/tiny-config.ts';
import { tinyRace } from '../race/testing/tiny-race.ts';
import { TINY_DATA } from './testing/tiny-trainer.ts';
import { Trainer } from './trainer.ts';

const config = { ...tinyConfig([contestant('arat')]), precision: 'float16' as const };
const CONVOLUTIONS = [KERNELS.conv2d, KERNELS.conv2dInputGrad];

beforeAll(async () => {
  expect((await initialiseBackend('cpu')).halfPrecision).toBe(false);
});
afterEach(() => setHalfPrecisionAvailable(false));

/** For each convolution that `compute` runs, in order, whether it is asked for half precision. */
async function asked(compute: () => void | Promise<void>): Promise<boolean[]> {
  const seen: boolean[] = [];
  const kernels = CONVOLUTIONS.map((name) => tf.getKernel(name, 'cpu'));
  const replace = (kernel: tf.KernelConfig) => {
    tf.unregisterKernel(kernel.kernelName, 'cpu');
    tf.registerKernel(kernel);
  };
  for (const kernel of kernels)
    replace({
      ...kernel,
      kernelFunc: (args) => {
        seen.push((args.attrs as { half?: boolean }).half === true);
        return kernel.kernelFunc(args);
      },
    });
  try {
    await compute();
  } finally {
    kernels.forEach(replace);
  }
  return seen;
}

const race = () => tinyRace(config, undefined, { device: 'plain JavaScript' }).race;

test('given half precision on a device without it, when a race is made, then the error says what to do', () => {
  expect(race).toThrow(/plain JavaScript has none: train in float32, or choose another backend/);
});

test('given half precision on a device that has it, then a race is made', async () => {
  setHalfPrecisionAvailable(true);
  const started = race();
  expect(await started.models()).toHaveLength(1);
  started.dispose();
});

test('given half precision, then every convolution and its image gradient uses it in a training step, and none in evaluation', async () => {
  const trainer = new Trainer(config.contestants[0], config, subset(TINY_DATA, config));
  const training = await asked(async () => {
    trainer.trainStep();
    await trainer.readMetrics(true);
  });
  expect(training.length).toBeGreaterThan(0);
  expect(training).not.toContain(false);
  const evaluating = await asked(() => tf.tidy(() => void trainer.logits(tf.zeros([2, 32, 32, 3]))));
  expect(evaluating.length).toBeGreaterThan(0);
  expect(evaluating).not.toContain(true);
  trainer.dispose();
});

test('given float32, then no convolution of a training step uses half precision', async () => {
  const plain = { ...config, precision: 'float32' as const };
  const trainer = new Trainer(plain.contestants[0], plain, subset(TINY_DATA, plain));
  const training = await asked(async () => {
    trainer.trainStep();
    await trainer.readMetrics(true);
  });
  expect(training).not.toContain(true);
  trainer.dispose();
});
