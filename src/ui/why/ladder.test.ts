import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import { meanConflict } from '../../core/result/conflict-mean.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { cellText, differenceText, MEASURES, rungsOf } from './ladder.ts';

const measure = (id: string) => MEASURES.findIndex((m) => m.id === id);

describe('rungs', () => {
  it('given contestants in order, then each difference is the figure of the row less that of the row above', () => {
    const race = sampleRace({ methods: 3, epochs: 4 });
    const { runs } = race;
    const rungs = rungsOf(race);
    expect(rungs.map((r) => r.label)).toEqual(['AT', 'TRADES', 'ARAT']);
    const clean = measure('clean');
    expect(rungs[0].cells[clean]).toEqual({ values: [runs[0].final!.clean], difference: null });
    expect(rungs[2].cells[clean].difference!.mean).toBeCloseTo(
      runs[2].final!.clean - runs[1].final!.clean,
      12,
    );
    // AT has one term and so no cosine; the row below it therefore has no difference in cosine.
    const cosine = measure('cosine');
    expect(rungs[0].cells[cosine].values).toEqual([]);
    expect(rungs[1].cells[cosine].difference).toBeNull();
    expect(rungs[2].cells[cosine].difference).not.toBeNull();
  });

  it('given three seeds, then a cell holds one figure per seed, and a difference is that of the means', () => {
    const race = sampleRace({ methods: 2, epochs: 2, repeats: 3 });
    const { runs } = race;
    const robust = rungsOf(race).map((r) => r.cells[measure('robust')]);
    const of = (label: string) => runs.filter((r) => r.label === label).map((r) => r.final!.robust);
    expect(robust.map((c) => c.values)).toEqual([of('AT'), of('TRADES')]);
    const mean = (xs: number[]) => xs.reduce((a, b) => a + b) / xs.length;
    expect(robust[1].difference!.mean).toBeCloseTo(mean(of('TRADES')) - mean(of('AT')), 12);
  });

  it('given the recorded ladder, then every rung shows each of its figures as mean ± standard deviation over its seeds', () => {
    const race = parseRaceResult(JSON.parse(readFileSync('public/recorded/quick-ladder.json', 'utf8')));
    const { config } = race;
    const rungs = rungsOf(race);
    expect(rungs).toHaveLength(4);
    expect(rungs[3].label).toBe('ARAT');
    for (const { n, images, cells } of rungs) {
      expect(n).toBe(config.repeats);
      expect(images).toBe(race.runs[0].final!.n.toLocaleString('en'));
      cells.forEach((cell, k) => {
        expect(cell.values).toHaveLength(config.repeats);
        expect(cellText(cell, MEASURES[k], n)).toMatch(/^−?\d+\.\d+ ± \d+\.\d+$/);
      });
    }
    // Only the last rung has split BatchNorm; the others have one shared set, so that both distances are 0.
    for (const of of ['running', 'affine']) {
      const kept = rungs.map(({ cells }) => cells[measure(of)].values);
      expect(new Set(kept.slice(0, 3).flat())).toEqual(new Set([0]));
      expect(kept[3].every((d) => d > 0)).toBe(true);
    }
  });

  it('given seeds without a final evaluation, then only the others count; given a figure that fewer seeds have, then its cell names their number', () => {
    const { runs, config } = sampleRace({ methods: 2, epochs: 2, repeats: 3 });
    const rungs = (of: typeof runs) => rungsOf({ runs: of, config });
    const at = runs.filter((r) => r.label === 'AT');
    const [whole] = rungs([at[0], at[1], { ...at[2], final: null }]);
    expect(whole.n).toBe(2);
    expect(whole.cells[measure('clean')].values).toEqual([at[0].final!.clean, at[1].final!.clean]);
    const [none] = rungs(at.map((r) => ({ ...r, final: null })));
    expect(none.n).toBe(3);
    const [some] = rungs([at[0], { ...at[1], bn: [] }, at[2]]);
    expect(cellText(some.cells[measure('batch')], MEASURES[measure('batch')], some.n)).toMatch(/\(n = 2\)$/);
    expect(cellText({ values: [], difference: null }, MEASURES[0], 3)).toBe('–');
  });

  it('given contestants before and after their end, then each names the images that its accuracies count, and an estimate is not compared with a final evaluation', () => {
    const { runs, config } = sampleRace({ methods: 3, epochs: 2 });
    const [at, trades, arat] = rungsOf({
      config,
      runs: runs.map((run, i) => (i === 0 ? run : { ...run, final: null, curves: run.curves.slice(0, 2) })),
    });
    expect(at.images).toBe('2,000');
    expect(trades.images).toBe('512, estimate after epoch 1');
    const clean = measure('clean');
    expect(trades.cells[clean].values).toEqual([runs[1].curves[1].clean]);
    expect([trades, arat].map(({ cells }) => cells[clean].difference)).toEqual([null, null]);
    // The conflict ratio is no part of the final evaluation, so it can be compared without one.
    expect(arat.cells[measure('ratio')].difference).not.toBeNull();
    const [none] = rungsOf({ config, runs: [{ ...runs[0], curves: [], final: null }] });
    expect(none.images).toBe('–');
  });

  it('given conflict measurements, then the figure is their mean over all measured steps, as in the result table', () => {
    const { runs, config } = sampleRace({ methods: 2, epochs: 1 });
    const points = [-1, -1, -1, -1, 0.2, 0.4].map((cosine, step) => ({
      step,
      cosine,
      ratio: 0.5,
      perLayer: {},
    }));
    const [, trades] = rungsOf({
      config,
      runs: [runs[0], { ...runs[1], gradientConflict: points }],
    });
    expect(trades.cells[measure('cosine')].values[0]).toBeCloseTo(
      meanConflict({ gradientConflict: points })!.cosine,
      12,
    );
    expect(trades.cells[measure('cosine')].values[0]).toBeCloseTo(-3.4 / 6, 12);
  });

  it('given a difference whose interval contains 0, then it reads “none”; given one without an interval, then it reads as a number with “(no interval)”', () => {
    const clean = MEASURES[measure('clean')];
    const difference = { mean: 0.0123, seeds: 3, overSeeds: [-0.01, 0.0346], overImages: null } as const;
    expect(differenceText(difference, clean)).toBe('none (−1.0 to +3.5)');
    expect(differenceText({ ...difference, overSeeds: [0.01, 0.0146] }, clean)).toBe('+1.2 (+1.0 to +1.5)');
    expect(differenceText({ ...difference, overSeeds: null }, clean)).toBe('+1.2 (no interval)');
  });
});
