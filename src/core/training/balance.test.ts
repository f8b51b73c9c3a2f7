import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { IMAGE_BYTES, type ImageSet } from '../data/dataset.ts';
import { sampleSet } from '../data/testing/samples.ts';
import { contestant } from '../experiments/contestant.ts';
import { imagesPerBalance } from '../experiments/passes.ts';
import { PRESETS } from '../experiments/presets.ts';
import { Race } from '../race/race.ts';
import type { ResNet } from '../nn/resnet.ts';
import { imagesForBalance, measuredBalance } from './balance.ts';
import { tinyConfig } from './testing/tiny-config.ts';
import { TINY_DATA } from './testing/tiny-trainer.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const { official } = PRESETS;
const plain = { ...official, augmentation: { crop: 0, flip: false } };
const imageOf = (images: Uint8Array, i: number) =>
  images.slice(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES).join();

describe('the images that measure the balance', () => {
  it('given the first 1,000, then they are those, unchanged, before every epoch', () => {
    const train = sampleSet(1100);
    for (const epoch of [1, 2]) {
      const got = imagesForBalance(train, { ...official, balanceImages: 'first' }, epoch);
      expect(got.labels).toEqual(train.labels.slice(0, 1000));
      // Three million numbers take vitest minutes.
      expect(Buffer.compare(got.images, train.images.subarray(0, 1000 * IMAGE_BYTES))).toBe(0);
    }
  });

  it.each([
    [128, 2000, 1024],
    [64, 2000, 1024],
    [300, 2000, 1200],
    [128, 600, 600],
  ])(
    'given batches of %i of %i images, then %i images are drawn: 8 batches of 128 in the official code',
    (batchSize, all, n) => {
      const settings = { ...plain, optimiser: { ...plain.optimiser, batchSize } };
      const train = sampleSet(all);
      const got = imagesForBalance(train, settings, 0);
      expect(got.labels).toHaveLength(n);
      expect(got.images).toHaveLength(n * IMAGE_BYTES);
    },
  );

  it('given batches without augmentation, then each is a training image with its label, none twice, in another order each epoch', () => {
    const train = sampleSet(40);
    const byImage = new Map(Array.from(train.labels, (label, i) => [imageOf(train.images, i), label]));
    expect(byImage.size).toBe(40);
    const orders = [0, 1].map((epoch) => {
      const { images, labels } = imagesForBalance(train, plain, epoch);
      const seen = Array.from(labels, (_, i) => imageOf(images, i));
      seen.forEach((image, i) => expect(byImage.get(image)).toBe(labels[i]));
      expect(new Set(seen).size).toBe(40);
      return seen;
    });
    expect(orders[0]).not.toEqual(orders[1]);
  });

  it('given augmentation, then images are shifted or mirrored', () => {
    const train = sampleSet(40);
    const originals = new Set(Array.from(train.labels, (_, i) => imageOf(train.images, i)));
    const { images } = imagesForBalance(train, official, 0);
    const unchanged = Array.from({ length: 40 }, (_, i) => imageOf(images, i)).filter((i) =>
      originals.has(i),
    );
    expect(unchanged.length).toBeLessThan(5);
  });
});

/** `test_single_bn` of the official code, on batches of these sizes: images seen until at least `maxN` are. */
function seenByOfficialCode(batches: readonly number[], maxN = 1000): number {
  let n = 0;
  for (const images of batches) {
    n += images;
    if (n >= maxN) break;
  }
  return n;
}

describe('the balance, by the rule of the official code', () => {
  it.each([
    [128, 50_000],
    [128, 1024],
    [128, 1001],
    [500, 1050],
    [300, 1010],
    [64, 640],
    [2000, 1500],
  ])(
    'given batches of %i of %i images, then it is measured on as many as its loop sees',
    (batchSize, all) => {
      const loader = Array.from({ length: Math.ceil(all / batchSize) }, (_, i) =>
        Math.min(batchSize, all - i * batchSize),
      );
      const settings = { ...official, optimiser: { ...official.optimiser, batchSize } };
      expect(imagesPerBalance(all, settings)).toBe(seenByOfficialCode(loader));
      if (batchSize === 128 && all === 50_000) expect(imagesPerBalance(all, settings)).toBe(8 * 128);
    },
  );

  /** Says class 1 of bright images and class 0 of dark ones, only through the clean set in eval mode. */
  const byBrightness = {
    forward(x: tf.Tensor4D, pass: Parameters<ResNet['forward']>[1]) {
      expect(pass).toEqual({ branch: 'clean', mode: 'eval' });
      const bright = tf.mean(tf.reshape(x, [x.shape[0], -1]), 1);
      return { logits: tf.stack([tf.sub(1, bright), bright], 1) };
    },
  } as unknown as ResNet;

  /** Dark images of class 0 and bright ones of class 1 in turn; those that `wrong` picks have the other label. */
  function halves(n: number, wrong: (i: number) => boolean): ImageSet {
    const images = new Uint8Array(n * IMAGE_BYTES);
    for (let i = 1; i < n; i += 2) images.fill(255, i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
    return { images, labels: Uint8Array.from({ length: n }, (_, i) => (wrong(i) ? 1 - (i % 2) : i % 2)) };
  }

  it.each([
    // Every 25th of 1,024 images: 41 are wrong, of the first 1,000 it is 40.
    ['batches', 1024, 25, 983 / 1024],
    ['first', 1024, 25, 0.96],
    // 600 images are four batches of 128 and one of 88, which is filled up for the device; 60 are wrong.
    ['batches', 600, 10, 0.9],
    ['first', 600, 10, 0.9],
  ] as const)(
    'given %s of %i images, each %ith with a wrong label, then the balance is the share of right answers, %f',
    async (balanceImages, n, every, expected) => {
      const train = halves(n, (i) => i % every === 0);
      expect(await measuredBalance(byBrightness, train, { ...plain, balanceImages }, 0)).toBe(expected);
    },
  );
});

describe('the balance of a race', () => {
  const balances = async (balanceImages: 'first' | 'batches', initialBalance: number) => {
    const config = { ...tinyConfig([contestant('arat')]), balanceImages, initialBalance };
    const options = { runId: 'r', backend: 'wasm' as const, device: 'test', appVersion: '0', emit: () => {} };
    const race = new Race(config, TINY_DATA, options);
    const { runs } = await race.run();
    race.dispose();
    return runs[0].curves.map(({ balance }) => balance);
  };

  it('given the first images, then the first epoch has the initial balance', async () => {
    const [start, first] = await balances('first', 0.37);
    expect([start, first]).toEqual([0.37, 0.37]);
  });

  it('given batches, then the first epoch has a measured one, whatever the initial balance is', async () => {
    const [a, b] = [await balances('batches', 0.37), await balances('batches', 0.9)];
    expect(a.slice(1)).toEqual(b.slice(1));
    // A share of the 16 training images.
    expect(Number.isInteger(16 * a[1]!)).toBe(true);
    expect(a[1]).not.toBe(0.37);
  });
});
