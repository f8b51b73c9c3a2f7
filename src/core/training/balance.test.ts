import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { IMAGE_BYTES } from '../data/dataset.ts';
import { sampleSet } from '../data/testing/samples.ts';
import { contestant } from '../experiments/contestant.ts';
import { PRESETS } from '../experiments/presets.ts';
import { Race } from '../race/race.ts';
import { imagesForBalance } from './balance.ts';
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
