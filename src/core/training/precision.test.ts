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

/** What `compute` asked of the convolutions: half or not, in order. */
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

test('given half precision on a device without it, then the race says what it takes and what to do', () => {
  expect(race).toThrow(/plain JavaScript has none: train in float32, or choose another backend/);
});

test('given half precision on a device that has it, then the race starts', async () => {
  setHalfPrecisionAvailable(true);
  const started = race();
  expect(await started.models()).toHaveLength(1);
  started.dispose();
});

test('given half precision, then every convolution and image gradient of a training step has it, and none of an evaluation', async () => {
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

test('given 32 bits, then no convolution of a training step is in half precision', async () => {
  const plain = { ...config, precision: 'float32' as const };
  const trainer = new Trainer(plain.contestants[0], plain, subset(TINY_DATA, plain));
  const training = await asked(async () => {
    trainer.trainStep();
    await trainer.readMetrics(true);
  });
  expect(training).not.toContain(true);
  trainer.dispose();
});
