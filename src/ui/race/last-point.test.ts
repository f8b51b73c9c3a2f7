import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import { byContestant, spreadOf } from '../../core/result/spread.ts';
import { wilsonInterval } from '../../core/result/wilson.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { cleanAccuracy } from './charts/clean-accuracy.ts';
import { robustAccuracy } from './charts/robust-accuracy.ts';
import { trailOf } from './TradeOffPlane.tsx';

const recorded = ['public/recorded', 'public/recorded/factorial'].flatMap((folder) =>
  readdirSync(folder)
    .filter((f) => f.endsWith('.json') && f !== 'index.json')
    .map((f) => [f, parseRaceResult(JSON.parse(readFileSync(`${folder}/${f}`, 'utf8')))] as const),
);
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
    expect(point.low).toBeCloseTo(100 * low, 9);
    expect(point.high).toBeCloseTo(100 * high, 9);
  }
  expect(points[2].high - points[2].low).toBeLessThan(points[0].high - points[0].low);
});

it('given several seeds, then the band of each point covers the Wilson interval of its mean and ± one standard deviation over the seeds', () => {
  const race = sampleRace({ methods: 1, epochs: 2, repeats: 3 });
  const [{ points }] = robustAccuracy.series(race);
  const { runs, config } = race;
  const values = [0, 1].map((i) => runs.map((run) => 100 * run.curves[i].robust));
  values.push(runs.map((run) => 100 * run.final!.robust));
  const sizes = [config.evaluation.n, config.evaluation.n, runs[0].final!.n];
  points.forEach((point, i) => {
    const { mean, sd } = spreadOf(values[i])!;
    const [low, high] = wilsonInterval((mean / 100) * sizes[i], sizes[i]);
    expect(point.n).toBe(3);
    expect(point.low).toBeCloseTo(Math.min(100 * low, mean - sd!), 9);
    expect(point.high).toBeCloseTo(Math.max(100 * high, mean + sd!), 9);
  });
  expect(points).toHaveLength(3);
});
