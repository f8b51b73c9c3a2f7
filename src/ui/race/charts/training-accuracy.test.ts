import { expect, it } from 'vitest';
import { wilsonInterval } from '../../../core/result/wilson.ts';
import { sampleRace } from '../../../snapshot/testing/sample-race.ts';
import { figureCaption } from '../../keep/figure-caption.ts';
import { trainingAccuracy } from './training-accuracy.ts';

const race = sampleRace({ methods: 2, epochs: 2, training: true });
const fewer = {
  ...race,
  config: { ...race.config, dataset: { ...race.config.dataset, trainSize: 100 } },
};

it('given fewer training images than an estimate counts, then each point has their number and the Wilson interval on them', () => {
  const [{ points }] = trainingAccuracy.series(fewer);
  const share = race.runs[0].curves[1].trainRobust!;
  const [low, high] = wilsonInterval(share * 100, 100);
  expect(points.map((p) => p.images)).toEqual([100, 100, 100]);
  expect(points[1].low).toBeCloseTo(100 * low, 9);
  expect(points[1].high).toBeCloseTo(100 * high, 9);
});

it('given the chart, when exported, then its caption names training images, not test images', () => {
  const { note } = trainingAccuracy.frame(fewer);
  expect(note).toMatch(
    /^n = 100 training images at each point, .*; seed 0; bands: .*Wilson.*; attack: PGD-20/,
  );
  expect(figureCaption(fewer, note!).split('; data: ')[0]).not.toContain('test images');
  const three = { ...race, config: { ...race.config, repeats: 3 } };
  expect(trainingAccuracy.frame(three).note).toMatch(/^n = 512 training images .*; mean of 3 seeds; /);
});
