import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanThroughSet } from '../../core/result/bn-distance.ts';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import { byContestant } from '../../core/result/spread.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { fitting, validXml } from '../keep/chart-image.ts';
import { accuracyCurve } from '../race/charts/accuracy.ts';
import { dateText, timeOf } from '../shared/dates.ts';
import { cellText, differenceText, MEASURES, rungsOf } from '../why/ladder.ts';
import { evenEnd, evenTicks, roundTicks, seriesOf, type Curve } from './series.ts';
import { rowsOf } from './rows.ts';
import { barsOf } from './statistics.ts';
import type { BnPoint, ConflictPoint } from '../../core/result/results.ts';

const COSINE: Curve<ConflictPoint> = {
  points: (r) => r.gradientConflict,
  x: (p) => p.step,
  y: (p) => p.cosine,
};
const DISTANCE: Curve<BnPoint> = {
  points: (r) => r.bn.filter((p) => p.layers.length > 0),
  x: (p) => p.epoch,
  y: (p) => meanThroughSet(p, 'adv')!,
};
const NOT_DRAWN = /NaN|Infinity|undefined|null/;

const number = fc.oneof(
  fc.constantFrom(0, -0, 1e308, -1e308, 5e-324, 1e-300, 1, -1),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const share = fc.oneof(fc.constantFrom(0, 1, 5e-324), fc.double({ min: 0, max: 1, noNaN: true }));
const epoch = fc.oneof(fc.constantFrom(0, 100_000), fc.nat(1000));
const distance = fc.oneof(fc.constantFrom(0, 1e6, 5e-324), fc.double({ min: 0, max: 1e6, noNaN: true }));
const statistics = fc.record({
  mean: fc.array(number, { maxLength: 5 }),
  std: fc.array(number, { maxLength: 5 }),
});
const layer = fc.record({
  name: fc.constantFrom('bn1', `l${'x'.repeat(79)}`),
  throughAdv: distance,
  throughClean: distance,
  runningDistance: distance,
  clean: statistics,
  adv: statistics,
});
const run = fc.record({
  label: fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }).filter((s) => s.trim() !== ''),
  curves: fc.array(fc.record({ epoch, step: fc.nat(1e9), clean: share, robust: share }), { maxLength: 4 }),
  gradientConflict: fc.array(
    fc.record({
      step: fc.oneof(fc.constantFrom(0, 1e9), fc.nat(1e6)),
      cosine: fc.double({ min: -1.0001, max: 1.0001, noNaN: true }),
      ratio: share,
      perLayer: fc.constant({ conv1: -1.0001 }),
    }),
    { maxLength: 4 },
  ),
  bn: fc.array(fc.record({ epoch, layers: fc.array(layer, { maxLength: 3 }) }), { maxLength: 3 }),
});

test('given any result that the schema accepts, then every chart’s lines, axes, bars and cells are finite', () => {
  const sample = sampleRace({ epochs: 1, methods: 2 });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 3 }), (odd) => {
      const runs = odd.map((o, i) => ({ ...sample.runs[i % 2], ...o, label: `${i}${o.label}`.slice(0, 80) }));
      const read = parseRaceResult({ ...sample, runs });
      for (const curve of [
        accuracyCurve('clean', read.config),
        accuracyCurve('robust', read.config),
        COSINE,
        DISTANCE,
      ] as unknown as Curve<never>[]) {
        const series = seriesOf(read.runs, curve);
        for (const { values: _, ...row } of rowsOf(series))
          expect(Object.values(row).flat().every(Number.isFinite)).toBe(true);
        for (const { points } of series) {
          for (const p of points) expect([p.x, p.y, p.low, p.high].every(Number.isFinite)).toBe(true);
          const end = evenEnd(points.at(-1)!.x);
          expect(end).toBeGreaterThanOrEqual(points.at(-1)!.x);
          for (const tick of evenTicks(end) ?? []) expect(Number.isFinite(tick)).toBe(true);
          const ticks = roundTicks(Math.max(0.05, ...points.map((p) => p.high)));
          expect(ticks.length).toBeLessThanOrEqual(7);
        }
      }
      for (const { runs: of } of byContestant(read.runs))
        for (const { layers } of of.flatMap((r) => r.bn))
          for (const l of layers) {
            const { clean, adv } = barsOf(l, 420, 150);
            for (const bar of [...clean, ...adv])
              for (const at of [bar.y, bar.top, bar.bottom]) {
                expect(at).toBeGreaterThanOrEqual(0);
                expect(at).toBeLessThanOrEqual(150);
              }
          }
      for (const { cells, n } of rungsOf(read))
        cells.forEach((cell, k) => {
          expect(cellText(cell, MEASURES[k], n)).not.toMatch(NOT_DRAWN);
          if (cell.difference !== null)
            expect(differenceText(cell.difference, MEASURES[k])).not.toMatch(NOT_DRAWN);
        });
    }),
    { numRuns: 200 },
  );
});

test('given a layer with more means than deviations, or with neither, then only channels with both are drawn', () => {
  const none = { mean: [], std: [] };
  expect(barsOf({ clean: { mean: [1, 2], std: [1] }, adv: none }, 100, 50).clean).toHaveLength(1);
  expect(barsOf({ clean: none, adv: none }, 100, 50)).toEqual({ clean: [], adv: [], low: 0, high: 0 });
});

test.each(['2026-02-31T99:99:99Z', '2026-13-45T00:00:00.000Z', 'soon', ''])(
  'given the invalid date %j, then it is shown as written, and its time for sorting is a finite number',
  (iso) => {
    const valid = !Number.isNaN(Date.parse(iso));
    expect(dateText(iso, true)).not.toContain('Invalid');
    if (!valid) expect(dateText(iso)).toBe(iso);
    expect(Number.isFinite(timeOf(iso))).toBe(true);
  },
);

test('given a label wider than its figure, then it is shortened with an ellipsis, and ideographs count as wide characters', () => {
  expect(fitting('ARAT, β 6', 300)).toBe('ARAT, β 6');
  expect(fitting('W'.repeat(80), 300).endsWith('W…')).toBe(true);
  expect([...fitting('対'.repeat(80), 300)].length).toBeLessThan(28);
});

test('given text with characters that XML forbids, then they are replaced by U+FFFD', () => {
  expect(validXml('a\u0000b\ud800c\uffffd\u{1f438}\n')).toBe('a\ufffdb\ufffdc\ufffdd\u{1f438}\n');
});
