import { expect, it } from 'vitest';
import { PRESETS } from '../experiments/presets.ts';
import { subset } from './subset.ts';
import { syntheticDataset } from './synthetic.ts';
import { imageOrder } from './content.ts';

const data = syntheticDataset(1, 40, 40);
const testImages = (seed: number, testSize: number) =>
  subset(data, {
    seed,
    evaluation: PRESETS.quick.evaluation,
    dataset: { source: 'synthetic', classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], trainSize: 40, testSize },
  }).test;

it('given all test images in the order of two seeds, then they are put in one order, with one digest', () => {
  const [a, b] = [testImages(1, 40), testImages(2, 40)];
  expect([...a.labels]).not.toEqual([...b.labels]);
  const [one, two] = [imageOrder(a), imageOrder(b)];
  expect(one.order.map((i) => a.labels[i])).toEqual(two.order.map((i) => b.labels[i]));
  expect(one.digest).toBe(two.digest);
});

it('given some of the test images by another seed, then the digest differs', () => {
  expect(imageOrder(testImages(1, 20)).digest).not.toBe(imageOrder(testImages(2, 20)).digest);
});
