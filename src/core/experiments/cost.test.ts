import { expect, test } from 'vitest';
import { networkCost } from '../nn/architecture.ts';
import { contestant } from './contestant.ts';
import { evaluationFlop, raceSeconds, raceTeraflop, trainingFlop } from './cost.ts';
import { PRESETS } from './presets.ts';

// The expected costs come from an independent count of the operations of the same recipe.
test.each([
  ['at', 10.1],
  ['arat', 12.5],
  ['trades', 13.3],
] as const)('given the preset demo, then training %s costs about %f TFLOP', (method, expected) => {
  const teraflop = trainingFlop(PRESETS.demo, contestant(method)) / 1e12;
  expect(Math.abs(teraflop / expected - 1)).toBeLessThan(0.06);
});

test('given a preset, then the cost of a race is the sum over its contestants', () => {
  const { demo } = PRESETS;
  const sum = demo.contestants.reduce((s, c) => s + trainingFlop(demo, c), 0);
  expect(raceTeraflop(demo)).toBeCloseTo(sum / 1e12, 9);
});

test('given three seeds, then a race costs three times as much', () => {
  const once = PRESETS.quick;
  const thrice = { ...once, repeats: 3 };
  expect(raceTeraflop(thrice)).toBeCloseTo(3 * raceTeraflop(once), 9);
  expect(raceSeconds(thrice, 10)).toBeCloseTo(3 * raceSeconds(once, 10), 6);
});

test('given a machine of 1 TFLOP/s, then a race takes as many seconds as training and evaluation have TFLOP', () => {
  const { demo } = PRESETS;
  const evaluation = (demo.contestants.length * evaluationFlop(demo, contestant('at'))) / 1e12;
  expect(raceSeconds(demo, 1000)).toBeCloseTo(raceTeraflop(demo) + evaluation, 9);
  // Nine evaluations of 256 images and one of 2,000, each with PGD-20: 42 passes an image.
  const passes = (9 * 256 + 2000) * 42;
  const { flopPerImage } = networkCost({ ...demo.network, classes: 4 });
  expect(evaluationFlop(demo, contestant('at'))).toBe(passes * flopPerImage);
  // As many training images after each of the nine.
  const withTraining = { ...demo, evaluation: { ...demo.evaluation, trainingSet: true } };
  expect(evaluationFlop(withTraining, contestant('at'))).toBe((passes + 9 * 256 * 42) * flopPerImage);
  // 500 of the 4,000 training images are held out for early stopping, and attacked after each of the nine.
  const stopping = { ...demo, evaluation: { ...demo.evaluation, heldOut: 500 } };
  expect(evaluationFlop(stopping, contestant('at'))).toBe((passes + 9 * 500 * 42) * flopPerImage);
  // Nine shares and two transfers of 256 images, where there are two BatchNorm sets.
  const withSets = { ...demo, evaluation: { ...demo.evaluation, sets: true } };
  expect(evaluationFlop(withSets, contestant('at'))).toBe(passes * flopPerImage);
  expect(evaluationFlop(withSets, contestant('arat'))).toBe((passes + 11 * 256 * 42) * flopPerImage);
  const ratio = trainingFlop(stopping, contestant('at')) / trainingFlop(demo, contestant('at'));
  expect(ratio).toBeCloseTo(Math.floor(3500 / 64) / Math.floor(4000 / 64), 9);
});
