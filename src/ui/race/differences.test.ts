import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import { differenceRows, differenceWords, intervalWords } from './differences.ts';

const read = (file: string) => parseRaceResult(JSON.parse(readFileSync(file, 'utf8')));

describe('differences in words', () => {
  it('given five recorded seeds, then ARAT has higher clean accuracy than AT and does not differ from its control', () => {
    const { runs } = read('public/recorded/quick-race.json');
    const fromAt = differenceRows(runs, 'AT').find((r) => r.label === 'ARAT')!;
    expect(differenceWords(fromAt.clean)).toBe('+10.0 (+6.5 to +13.5)');
    const control = differenceRows(runs, 'ARAT, invariance weight 0').find((r) => r.label === 'ARAT')!;
    expect(differenceWords(control.clean)).toMatch(/^none \(−/);
    expect(differenceWords(control.robust)).toMatch(/^none \(−/);
    expect(intervalWords([fromAt.clean])).toMatch(/over the seeds.*and over the test images/);
  });

  it('given one recorded seed without verdicts per image, then the difference is shown without an interval', () => {
    const { runs } = read('src/core/testing/older-result.json');
    const [trades] = differenceRows(runs, 'AT');
    expect(differenceWords(trades.clean)).toBe('−1.0 (no interval)');
    expect(intervalWords([trades.clean])).toMatch(/no interval and may be chance/);
  });

  it('given an end that would be rounded to 0, then it has the digits that show its sign, so that the words agree with it; given an end of 0, then it reads 0.0 and the difference “none”', () => {
    const of = (mean: number, low: number, high: number) =>
      differenceWords({ mean, seeds: 3, overSeeds: [low, high], overImages: null });
    expect(of(0.007, 0.0003, 0.014)).toBe('+0.7 (+0.03 to +1.4)');
    expect(of(0.007, -0.00002, 0.014)).toBe('none (−0.002 to +1.4)');
    expect(of(0.007, 0, 0.014)).toBe('none (0.0 to +1.4)');
    expect(of(0.0003, 0.0001, 0.0006)).toBe('+0.03 (+0.01 to +0.1)');
    expect(
      differenceWords({ mean: -0.001, seeds: 3, overSeeds: [-0.01, 0.01], overImages: null }, 1, 2),
    ).toBe('none (−0.01 to +0.01)');
    // An error of floating point is no difference.
    expect(of(3e-17, 0, 6e-17)).toBe('none (0.0 to 0.0)');
  });

  it('given any interval, then the signs of its ends as printed are the same exactly where the words do not say “none”', () => {
    fc.assert(
      fc.property(fc.integer({ min: -400, max: 400 }), fc.integer({ min: 1, max: 400 }), (low, width) => {
        const [a, b] = [low / 1e4, (low + width) / 1e4];
        const words = differenceWords({ mean: (a + b) / 2, seeds: 2, overSeeds: [a, b], overImages: null });
        const signs = /\(([+−]?)[\d.]+ to ([+−]?)[\d.]+\)$/.exec(words)!.slice(1);
        expect(words.startsWith('none')).toBe(signs[0] !== signs[1] || signs.includes(''));
      }),
    );
  });

  it('given intervals over seeds and over images, then the interval that covers both is shown', () => {
    const d = { mean: 0.02, seeds: 3, overSeeds: [0.01, 0.03], overImages: [-0.01, 0.05] } as const;
    expect(differenceWords(d)).toBe('none (−1.0 to +5.0)');
    expect(differenceWords({ ...d, overImages: [0.005, 0.035] })).toBe('+2.0 (+0.5 to +3.5)');
    expect(differenceWords(null)).toBe('–');
  });
});
