import { describe, expect, test } from 'vitest';
import { bandOf } from '../../core/result/spread.ts';
import { DEFAULT_SWITCHES } from '../../core/settings/config.ts';
import type { EpochPoint, RunResult } from '../../core/result/results.ts';
import {
  drawnIndices,
  evenEnd,
  evenTicks,
  roundTicks,
  sameCurve,
  seriesOf,
  seriesOfSeeds,
  type Curve,
} from './series.ts';

const CLEAN: Curve<EpochPoint> = { points: (r) => r.curves, x: (p) => p.epoch, y: (p) => 100 * p.clean };
const pointAt = (epoch: number, clean = Math.sin(epoch)): EpochPoint => ({
  epoch,
  step: epoch,
  clean,
  robust: 0,
});
const runOf = (label: string, curves: readonly EpochPoint[], seed?: number): RunResult => ({
  label,
  ...(seed === undefined ? {} : { seed }),
  method: 'at',
  switches: DEFAULT_SWITCHES,
  curves,
  gradientConflict: [],
  bn: [],
  final: null,
  imagesPerSecond: 0,
  seconds: 0,
});
const epochs = (n: number) => Array.from({ length: n }, (_, i) => pointAt(i));

describe('drawnIndices', () => {
  test('given curves within the limit, then every point is drawn', () => {
    expect(drawnIndices([3, 5], 400)).toEqual([0, 1, 2, 3, 4]);
    expect(drawnIndices([], 400)).toEqual([]);
  });

  test('given longer curves, then about as many points as the limit are drawn, among them the first and the last of each curve', () => {
    const indices = drawnIndices([1000, 777], 400);
    expect(indices.length).toBeLessThanOrEqual(402);
    expect(indices.length).toBeGreaterThan(200);
    expect(indices).toEqual(expect.arrayContaining([0, 776, 999]));
  });

  test('given a curve that grows, then its drawn points stay, except the last one, until the stride doubles and drops every second one', () => {
    const before = drawnIndices([700], 400).slice(0, -1);
    expect(drawnIndices([701], 400)).toEqual(expect.arrayContaining(before));
    const wider = drawnIndices([900], 400).slice(0, -1);
    expect(wider.every((i) => i % 4 === 0)).toBe(true);
    expect(before.every((i) => i % 2 === 0)).toBe(true);
  });
});

test('given few points, then a contestant’s series has the mean and band over its seeds at every x', () => {
  const seeds = [epochs(4), epochs(6).map((p) => ({ ...p, clean: p.clean / 2 })), epochs(5)];
  const runs = seeds.map((curves, seed) => runOf('AT', curves, seed));
  const exact = bandOf(seeds.map((curves) => curves.map((p) => ({ x: p.epoch, y: 100 * p.clean }))));
  expect(seriesOfSeeds({ runs }, CLEAN)).toEqual(exact);
});

test('given many points and an unfinished seed, then each drawn mean is over all seeds that have a point there', () => {
  const runs = [runOf('AT', epochs(5000), 0), runOf('AT', epochs(3001), 1)];
  const points = seriesOfSeeds({ runs }, CLEAN);
  expect(points.length).toBeLessThan(450);
  for (const p of points) {
    expect(p.n).toBe(p.x <= 3000 ? 2 : 1);
    expect(p.y).toBeCloseTo(100 * Math.sin(p.x), 9);
  }
  expect([points[0].x, points.at(-1)!.x]).toEqual([0, 4999]);
});

test('given a contestant without a point, then it is left out, and the styles of the others do not change', () => {
  const trades = { ...runOf('TRADES', epochs(2)), method: 'trades' as const };
  const [, whole] = seriesOf([runOf('AT', epochs(2)), trades], CLEAN);
  expect(seriesOf([runOf('AT', []), trades], CLEAN)).toEqual([whole]);
});

describe('sameCurve', () => {
  const points = epochs(3);
  const at = (curves: readonly EpochPoint[], label = 'AT') => [runOf(label, curves)];

  test('given the same points in different arrays, then the curves are the same', () => {
    expect(sameCurve(at(points), at([...points]), CLEAN.points)).toBe(true);
  });

  test('given one more point, another last point, another contestant or one more run, then the curves differ', () => {
    expect(sameCurve(at(points), at([...points, pointAt(3)]), CLEAN.points)).toBe(false);
    expect(sameCurve(at(points), at([...points.slice(0, 2), pointAt(2, 0)]), CLEAN.points)).toBe(false);
    expect(sameCurve(at(points), at(points, 'ARAT'), CLEAN.points)).toBe(false);
    expect(sameCurve(at(points), [...at(points), runOf('ARAT', points)], CLEAN.points)).toBe(false);
  });
});

test('given the last x of a curve, then the axis ends there or a little above, and evenEnd maps that end to itself', () => {
  for (let last = 5; last < 30_000; last += 7) {
    const end = evenEnd(last);
    expect(end).toBeGreaterThanOrEqual(last);
    expect(end / last).toBeLessThanOrEqual(last < 10 ? 1.4 : 1.34);
    expect(evenEnd(end)).toBe(end);
  }
  expect([0, 3, 490, 972, 1000, 1001].map(evenEnd)).toEqual([4, 4, 500, 1000, 1000, 1200]);
});

test('given the end of an axis, then its ticks are integers at equal distances, or undefined if there are none', () => {
  expect(evenTicks(500)).toEqual([0, 125, 250, 375, 500]);
  expect(evenTicks(6)).toEqual([0, 2, 4, 6]);
  expect(evenTicks(10)).toEqual([0, 5, 10]);
  expect(evenTicks(7)).toBeUndefined();
  expect(evenTicks(0)).toBeUndefined();
});

test('given the highest value, then the ticks are at most five equal round steps from 0, and roundTicks of the last tick gives the same ticks', () => {
  expect(roundTicks(0.05)).toEqual([0, 0.01, 0.02, 0.03, 0.04, 0.05]);
  expect(roundTicks(0.11)).toEqual([0, 0.025, 0.05, 0.075, 0.1, 0.125]);
  expect(roundTicks(7)).toEqual([0, 2, 4, 6, 8]);
  expect(roundTicks(1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  for (let last = 0.013; last < 1000; last *= 1.07) {
    const ticks = roundTicks(last);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(last * (1 - 1e-9));
    expect(roundTicks(ticks.at(-1)!)).toEqual(ticks);
  }
});
