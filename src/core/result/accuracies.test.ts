import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { trainingFlop } from '../experiments/cost.ts';
import { accuraciesOf, imagesText, latestAccuracies } from './accuracies.ts';
import { parseRaceResult } from './results-schema.ts';

const { config, runs } = parseRaceResult(
  JSON.parse(readFileSync('src/core/testing/older-result.json', 'utf8')),
);
const [run] = runs;

describe('accuracies by epoch', () => {
  it('given a complete run, when its points are made, then the last is the final evaluation with its number of images', () => {
    const points = accuraciesOf(run, config);
    const { clean, robust, n } = run.final!;
    expect(points.at(-1)).toEqual({ epoch: 8, clean, robust, n, flop: trainingFlop(config, run) });
    expect(latestAccuracies(run, config)).toBe(points.at(-1));
    expect(points.slice(0, -1).map((p) => [p.epoch, p.clean, p.n])).toEqual(
      run.curves.slice(0, -1).map((p) => [p.epoch, p.clean, config.evaluation.n]),
    );
  });

  it('given an incomplete run or one without curves, when its points are made, then all are estimates, or the final evaluation is the only one', () => {
    const stopped = { ...run, final: null };
    expect(accuraciesOf(stopped, config).map((p) => p.clean)).toEqual(run.curves.map((p) => p.clean));
    expect(latestAccuracies(stopped, config)).toEqual({ ...accuraciesOf(stopped, config)[8] });
    expect(accuraciesOf({ ...run, curves: [] }, config)).toEqual([latestAccuracies(run, config)]);
    expect(accuraciesOf({ ...run, curves: [], final: null }, config)).toEqual([]);
    expect(latestAccuracies({ ...run, curves: [], final: null }, config)).toBeNull();
  });

  it('given a thinned curve without the last epoch, when its points are made, then the final evaluation is at the last epoch', () => {
    const points = accuraciesOf({ ...run, curves: run.curves.slice(0, 7) }, config);
    expect(points.map((p) => p.epoch)).toEqual([0, 1, 2, 3, 4, 5, 6, 8]);
    expect(points[7].clean).toBe(run.final!.clean);
  });

  it('given the same measurements, when the points are made again, then they are the same objects', () => {
    const again = accuraciesOf({ ...run, curves: [...run.curves] }, config);
    accuraciesOf(run, config).forEach((p, i) => expect(again[i]).toBe(p));
  });

  it('given fewer test images than evaluation.n, when the points are made, then they count all test images', () => {
    const small = { ...config, dataset: { ...config.dataset, testSize: 100 } };
    expect(accuraciesOf(run, small)[0].n).toBe(100);
  });

  it('given a race, when imagesText describes its points, then the sentence says how many images they count', () => {
    expect(imagesText(runs, config)).toMatch(/final evaluation on 800 test images.*the first 128 of them/);
    expect(imagesText([{ ...run, final: null }], config)).toBe(
      'Each point counts the first 128 test images.',
    );
    expect(imagesText(runs, { ...config, evaluation: { ...config.evaluation, n: 9000 } })).toBe(
      'Each point counts 800 test images.',
    );
  });
});
