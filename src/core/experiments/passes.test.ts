import { expect, test } from 'vitest';
import { EXAMPLES } from '../formula/examples.ts';
import { contestant } from './contestant.ts';
import { imagesPerBalance, passesOf, trainedImages, trainingPasses } from './passes.ts';
import { PRESETS } from './presets.ts';

const { quick, demo } = PRESETS;
const at = contestant('at');
const arat = contestant('arat');
const change = (
  optimiser: Partial<typeof quick.optimiser>,
  heldOut = 0,
  trainSize = quick.dataset.trainSize,
) => ({
  ...quick,
  dataset: { ...quick.dataset, trainSize },
  evaluation: { ...quick.evaluation, heldOut },
  optimiser: { ...quick.optimiser, ...optimiser },
});

test('given 5 attack steps, then AT makes 13 passes per image and step, ARAT 16; ARREST fewer in its standard epochs', () => {
  expect([at, arat].map((c) => passesOf(quick, c, 6))).toEqual([13, 16]);
  // Three of eight epochs with 3 passes, five with 16.
  expect(passesOf(demo, contestant('arrest'), 8)).toBe((3 * 3 + 5 * 16) / 8);
});

test('given images held out for early stopping, then they are not trained on', () => {
  expect(trainedImages(change({}, 24))).toBe(1000);
  expect(trainedImages(change({}, 2000))).toBe(0);
  // 1,000 images are 15 batches of 64, which leave out 40 images unless the last, smaller batch is kept.
  expect(trainingPasses(change({ batchSize: 64 }, 24), at, 2)).toBe(2 * 15 * 64 * 13);
  expect(trainingPasses(change({ batchSize: 64, keepLastBatch: true }, 24), at, 2)).toBe(2 * 1000 * 13);
});

test('given auto-balance, then the images that measure it have one pass each, before the first epoch only where batches measure it', () => {
  expect(imagesPerBalance(50_000, { ...quick, balanceImages: 'first' })).toBe(1000);
  const [first, batches] = (['first', 'batches'] as const).map((balanceImages) => ({
    ...change({ batchSize: 128 }, 0, 4096),
    balanceImages,
  }));
  expect(trainingPasses(first, arat, 3)).toBe(3 * 4096 * 16 + 2 * 1000);
  expect(trainingPasses(batches, arat, 3)).toBe(3 * 4096 * 16 + 3 * 1024);
  // Fewer images than that: all.
  expect(trainingPasses({ ...change({ batchSize: 64 }, 0, 640) }, arat, 3)).toBe(3 * 640 * 16 + 2 * 640);
});

test('given a method of formulas, then its balance is counted if a formula has a', () => {
  const own = (id: 'at' | 'arat') => contestant('custom', EXAMPLES[id].switches);
  expect(trainingPasses(quick, own('arat'), 6)).toBe(trainingPasses(quick, arat, 6));
  expect(trainingPasses(quick, own('at'), 6)).toBe(trainingPasses(quick, at, 6));
});
