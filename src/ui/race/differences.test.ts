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

  it('given intervals over seeds and over images, then the interval that covers both is shown', () => {
    const d = { mean: 0.02, seeds: 3, overSeeds: [0.01, 0.03], overImages: [-0.01, 0.05] } as const;
    expect(differenceWords(d)).toBe('none (−1.0 to +5.0)');
    expect(differenceWords({ ...d, overImages: [0.005, 0.035] })).toBe('+2.0 (+0.5 to +3.5)');
    expect(differenceWords(null)).toBe('–');
  });
});
