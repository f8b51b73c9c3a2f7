import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contestant } from '../experiments/contestant.ts';
import type { RunResult } from './results.ts';
import { accuracyBand, bandOf, bandWords, byContestant, spreadOf, spreadText } from './spread.ts';
import { wilsonInterval } from './wilson.ts';

describe('spreadOf', () => {
  it('given 2, 4, 4, 4, 5, 5, 7, 9, when summarised, then the mean is 5 and the sample standard deviation √(32/7)', () => {
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
      n: 8,
      mean: 5,
      sd: Math.sqrt(32 / 7),
      min: 2,
      max: 9,
    });
  });

  it('given one value or none, when summarised, then the standard deviation or the whole summary is null', () => {
    expect(spreadOf([3])).toEqual({ n: 1, mean: 3, sd: null, min: 3, max: 3 });
    expect(spreadOf([])).toBeNull();
    expect([spreadText([], 1), spreadText([0.5], 1, 100), spreadText([0.5, 0.6], 1, 100)]).toEqual([
      '–',
      '50.0',
      '55.0 ± 7.1',
    ]);
  });
});

describe('bandOf', () => {
  const at = (...ys: number[]) => ys.map((y) => [{ x: 1, y }]);

  it('given one, two or three seeds, when the band is made, then it is a line, lowest to highest, or mean ± standard deviation', () => {
    expect(bandOf(at(4))).toEqual([{ x: 1, y: 4, low: 4, high: 4, n: 1 }]);
    expect(bandOf(at(4, 6))).toEqual([{ x: 1, y: 5, low: 4, high: 6, n: 2 }]);
    expect(bandOf(at(4, 5, 9))).toMatchObject([
      { y: 6, low: 6 - Math.sqrt(7), high: 6 + Math.sqrt(7), n: 3 },
    ]);
    expect([1, 2, 3].map(bandWords)).toEqual([
      null,
      expect.stringContaining('from the lower to the higher'),
      expect.stringContaining('standard deviation'),
    ]);
  });

  it('given accuracies of one or several seeds, when the band is made, then each side reaches as far as the spread or the Wilson interval of the mean on the images of one seed, whichever is further', () => {
    const on = (images: number, ...ys: number[]) => ys.map((y) => [{ x: 1, y, images }]);
    const wilson = (y: number, n: number) => wilsonInterval((y / 100) * n, n).map((end) => 100 * end);
    for (const ys of [[40], [40, 42], [40, 41, 42]]) {
      const [{ y, low, high, images }] = bandOf(on(128, ...ys));
      expect([low, high]).toEqual(wilson(y, 128));
      expect(images).toBe(128);
    }
    // Ten times as many images, and seeds further apart than their interval.
    expect(bandOf(on(10_000, 40, 50, 60))).toMatchObject([{ y: 50, low: 40, high: 60, n: 3 }]);
    expect(bandOf(on(10_000, 40, 50))).toMatchObject([{ low: 40, high: 50 }]);
    // The Wilson interval of 1 % reaches further up than down: each side is chosen by itself.
    const [{ low, high }] = bandOf(on(100, 0, 1, 2));
    expect(low).toBe(0);
    expect(high).toBe(wilson(1, 100)[1]);
  });

  it('given seeds that count different numbers of images, when the band is made, then it is that of the fewest, and no number is named', () => {
    const [band] = bandOf([[{ x: 1, y: 40, images: 128 }], [{ x: 1, y: 40, images: 800 }]]);
    expect(band.high).toBeCloseTo(100 * wilsonInterval(0.4 * 128, 128)[1], 12);
    expect(band.images).toBeUndefined();
  });

  it('given the words of an accuracy’s band, then they name the Wilson interval, and for several seeds the spread, too', () => {
    expect([1, 2, 5].map(accuracyBand)).toEqual([
      expect.stringMatching(/^95 % interval \(Wilson\)/),
      expect.stringMatching(/the lower to the higher.*Wilson/),
      expect.stringMatching(/standard deviation.*Wilson/),
    ]);
  });

  it('given curves of different lengths, when the band is made, then each mean is over the curves that have a point at its x', () => {
    const band = bandOf([
      [
        { x: 0, y: 1 },
        { x: 1, y: 3 },
      ],
      [{ x: 0, y: 2 }],
    ]);
    expect(band.map((p) => [p.x, p.y, p.n])).toEqual([
      [0, 1.5, 2],
      [1, 3, 1],
    ]);
  });

  it('given any curves, when the band is made, then the mean lies within the band and x ascends', () => {
    const curve = fc.array(
      fc.record({ x: fc.integer({ min: 0, max: 20 }), y: fc.double({ min: -1, max: 1, noNaN: true }) }),
    );
    fc.assert(
      fc.property(fc.array(curve, { maxLength: 6 }), (curves) => {
        const band = bandOf(curves);
        band.forEach((p, i) => {
          expect(p.low).toBeLessThanOrEqual(p.y + 1e-9);
          expect(p.high).toBeGreaterThanOrEqual(p.y - 1e-9);
          if (i > 0) expect(p.x).toBeGreaterThan(band[i - 1].x);
        });
      }),
    );
  });
});

it('given runs of two seeds, when grouped by contestant, then contestants and seeds keep the order of the race', () => {
  const race = [contestant('at'), contestant('trades'), contestant('arat')];
  const rest = { curves: [], gradientConflict: [], bn: [], final: null, imagesPerSecond: 0, seconds: 0 };
  const runs = [0, 1].flatMap((seed) => race.map((c): RunResult => ({ ...c, ...rest, seed })));
  const groups = byContestant(runs);
  expect(groups.map((g) => [g.label, g.runs.map((r) => r.seed)])).toEqual([
    ['AT', [0, 1]],
    ['TRADES', [0, 1]],
    ['ARAT', [0, 1]],
  ]);
});
