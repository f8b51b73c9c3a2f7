import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import { byContestant, spreadOf } from '../../core/result/spread.ts';
import { wilsonInterval } from '../../core/result/wilson.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { cleanAccuracy } from './charts/clean-accuracy.ts';
import { robustAccuracy } from './charts/robust-accuracy.ts';
import { trailOf } from './TradeOffPlane.tsx';

const FOLDER = 'public/recorded';
const recorded = readdirSync(FOLDER)
  .filter((f) => f.endsWith('.json') && f !== 'index.json')
  .map((f) => [f, parseRaceResult(JSON.parse(readFileSync(`${FOLDER}/${f}`, 'utf8')))] as const);
const races = [...recorded, ['a sample of three seeds', sampleRace({ repeats: 3 })] as const];

describe.each(races)('%s', (_, race) => {
  it('given its curves and its trade-off plane, then their last points equal the figures of the result table', () => {
    const contestants = byContestant(race.runs);
    for (const [chart, of, axis] of [
      [cleanAccuracy, 'clean', 'x'],
      [robustAccuracy, 'robust', 'y'],
    ] as const) {
      const lines = chart.series(race);
      expect(lines.map((l) => l.label)).toEqual(contestants.map((c) => c.label));
      contestants.forEach((c, i) => {
        const table = 100 * spreadOf(c.runs.map((r) => r.final![of]))!.mean;
        const last = lines[i].points.at(-1)!;
        expect(last.y).toBeCloseTo(table, 9);
        expect(last.images).toBe(c.runs[0].final!.n);
        expect(trailOf(c, race.config).at(-1)![axis]).toBeCloseTo(table, 9);
      });
    }
  });
});

it('given one seed, then the band of each point is the Wilson interval for the number of images of that point', () => {
  const race = sampleRace({ methods: 1, epochs: 2 });
  const [{ points }] = robustAccuracy.series(race);
  const [{ curves, final }] = race.runs;
  for (const [point, p, n] of [
    [points[0], curves[0].robust, race.config.evaluation.n],
    [points[2], final!.robust, final!.n],
  ] as const) {
    const [low, high] = wilsonInterval(p * n, n);
    expect([point.low, point.high]).toEqual([100 * low, 100 * high]);
  }
  expect(points[2].high - points[2].low).toBeLessThan(points[0].high - points[0].low);
});

it('given several seeds, then the band is the spread over the seeds, not the Wilson interval', () => {
  const [{ points }] = robustAccuracy.series(sampleRace({ methods: 1, epochs: 2, repeats: 3 }));
  const [alone] = robustAccuracy.series(sampleRace({ methods: 1, epochs: 2 }));
  expect(points[0].n).toBe(3);
  expect(points[0].high - points[0].low).not.toBeCloseTo(alone.points[0].high - alone.points[0].low, 3);
});
