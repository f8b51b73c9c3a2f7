import { expect, test } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { configError } from './race-rules.ts';

const withData = (dataset: Partial<ExperimentConfig['dataset']>): ExperimentConfig => ({
  ...PRESETS.quick,
  dataset: { ...PRESETS.quick.dataset, classes: [0, 1], ...dataset },
});

test('given every preset, then configError returns null', () => {
  for (const preset of Object.values(PRESETS)) expect(configError(preset, {})).toBeNull();
});

test('given a class that the source lacks, then an error says so before anything is loaded', () => {
  const wrong = withData({ source: 'cifar10', classes: [0, 42] });
  expect(configError(wrong, {})).toMatch(/^Class 42 is chosen, and this data has classes 0 to 9/);
  // Until an archive has been read, it may be CIFAR-100 with 100 classes.
  const archive = withData({ source: 'archive', classes: [0, 42] });
  expect(configError(archive, {})).toBeNull();
  expect(configError(archive, { archive: { classNames: ['a', 'b'] } })).toMatch(/classes 0 to 1/);
});

test('given more images than the chosen classes have, then an error says so before anything is loaded', () => {
  expect(configError(withData({ source: 'synthetic', trainSize: 4000, testSize: 1000 }), {})).toBeNull();
  expect(configError(withData({ source: 'synthetic', trainSize: 4001, testSize: 1000 }), {})).toMatch(
    /^4001 training images are asked for, and these 2 classes have 4000/,
  );
  expect(configError(withData({ source: 'cifar10', trainSize: 1000, testSize: 2001 }), {})).toMatch(
    /^2001 test images are asked for, and these 2 classes have 2000/,
  );
});

test('given files that have been read, then an error says which chosen class or how many images they lack', () => {
  const own = withData({ source: 'archive', trainSize: 100, testSize: 20 });
  const read = (train: number[], test: number[]) => ({
    archive: { classNames: ['cat', 'dog'], perClass: { train, test } },
  });
  expect(configError(own, read([50, 50], [10, 10]))).toBeNull();
  expect(configError(own, read([50, 49], [10, 10]))).toMatch(
    /^100 training images are asked for, and these 2 classes have 98/,
  );
  expect(configError(own, read([50, 50], [10, 0]))).toBe(
    'This data has no test images of class 1 (dog): choose the classes again under Data.',
  );
});

test('given more held-out images than leave a batch, then an error says so before anything is loaded', () => {
  const holding = (heldOut: number): ExperimentConfig => ({
    ...PRESETS.quick,
    evaluation: { ...PRESETS.quick.evaluation, heldOut },
  });
  expect(configError(holding(960), {})).toBeNull();
  expect(configError(holding(961), {})).toBe(
    'The batch size (64) is larger than the number of training images that are not held out (63).',
  );
});
