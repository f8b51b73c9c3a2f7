import { describe, expect, it } from 'vitest';
import { parseConfig } from '../settings/config.ts';
import { fitToData, type CountedData } from './fit-data.ts';
import { PRESETS } from './presets.ts';
import { withSource } from './with-source.ts';

const OWN = withSource(PRESETS.quick, 'archive');
const files = (train: number[], test = train): CountedData => ({ archive: { perClass: { train, test } } });

describe('an experiment fitted to its data', () => {
  it.each([
    ['fewer images', files(Array(10).fill(20), Array(10).fill(5)), [0, 1, 6, 7], 80, 20],
    ['one of the chosen classes missing', files([50, 50, 0, 0, 0, 0, 0, 40, 9, 9]), [0, 1, 7], 120, 120],
    ['other classes than the chosen ones', files([0, 0, 30, 30, 30, 30, 0, 0, 0, 0]), [2, 3, 4, 5], 120, 120],
    ['classes without test images', files([9, 9, 9, 9], [9, 0, 9, 9]), [0, 2, 3], 27, 27],
  ])(
    'given files with %s, then it has what is there, and is valid',
    (_, data, classes, trainSize, testSize) => {
      const fitted = fitToData(OWN, data)!;
      expect(fitted.dataset).toEqual({ source: 'archive', classes, trainSize, testSize });
      expect(fitted.optimiser.batchSize).toBeLessThanOrEqual(trainSize);
      expect(() => parseConfig(fitted)).not.toThrow();
    },
  );

  it('given more held-out images than the files have, then at most half of the training images are held out', () => {
    const holding = { ...OWN, evaluation: { ...OWN.evaluation, heldOut: 500 } };
    const fitted = fitToData(holding, files(Array(10).fill(20)))!;
    expect([fitted.dataset.trainSize, fitted.evaluation.heldOut, fitted.optimiser.batchSize]).toEqual([
      80, 40, 40,
    ]);
  });

  it('given data that suffices, then only the preset’s name changes; given files not read yet or of one class, then nothing fits', () => {
    expect(fitToData(PRESETS.quick, {})).toEqual({ ...PRESETS.quick, preset: 'custom' });
    expect(fitToData(OWN, {})).toBeNull();
    expect(fitToData(OWN, files([100]))).toBeNull();
  });
});
