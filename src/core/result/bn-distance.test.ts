import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isOfTwoSets, meanAffineDistance, meanRunningDistance, meanThroughSet } from './bn-distance.ts';
import { parseRaceResult } from './results-schema.ts';
import type { BnLayer } from './results.ts';

const none = { mean: [], std: [] };
const layer = (of: Partial<BnLayer>): BnLayer => ({
  name: 'bn1',
  runningDistance: 0,
  clean: none,
  adv: none,
  ...of,
});
const point = (...layers: Partial<BnLayer>[]) => ({ epoch: 1, layers: layers.map(layer) });

it('given distances through each set, when averaged, then each mean is over the layers', () => {
  const p = point({ throughAdv: 1, throughClean: 5, runningDistance: 3 }, { throughAdv: 2, throughClean: 7 });
  expect([meanThroughSet(p, 'adv'), meanThroughSet(p, 'clean'), meanRunningDistance(p)]).toEqual([
    1.5, 6, 1.5,
  ]);
  expect(isOfTwoSets(p)).toBe(false);
});

it('given distances of the two sets’ affine parameters, when averaged, then the mean is over the layers; given a layer without one, then it is null', () => {
  expect(meanAffineDistance(point({ affineDistance: 0.2 }, { affineDistance: 0.4 }))).toBeCloseTo(0.3, 12);
  expect(meanAffineDistance(point({ affineDistance: 0 }, { affineDistance: 0 }))).toBe(0);
  expect(meanAffineDistance(point({ affineDistance: 0.2 }, {}))).toBeNull();
  expect(meanAffineDistance(point())).toBeNull();
});

it('given an older result, when averaged, then a shared set gives its batch distance and two different sets give null', () => {
  expect(meanThroughSet(point({ batchDistance: 0.002 }), 'adv')).toBe(0.002);
  const split = point({ batchDistance: 0.18, runningDistance: 0.3 }, { batchDistance: 0.1 });
  expect(meanThroughSet(split, 'adv')).toBeNull();
  expect(isOfTwoSets(split)).toBe(true);
  expect(meanRunningDistance(split)).toBe(0.15);
});

it('given the recorded run of the first screen, when averaged, then AT has a distance and ARAT, measured through two sets, has null', () => {
  const { runs } = parseRaceResult(JSON.parse(readFileSync('src/core/testing/older-result.json', 'utf8')));
  const last = (label: string) => meanThroughSet(runs.find((r) => r.label === label)!.bn.at(-1)!, 'adv');
  expect(last('AT')).toBeLessThan(0.01);
  expect(last('ARAT')).toBeNull();
});
