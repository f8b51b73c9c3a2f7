import { readdirSync, readFileSync } from 'node:fs';
import { expect, it, describe, test } from 'vitest';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { COMPUTE_CHARTS, RACE_CHARTS } from '../race/charts.ts';
import { BATCH_NORM_CHARTS, CONFLICT_CHARTS, FEATURE_CHARTS } from '../why/charts.ts';
import { lossTermCharts } from '../why/charts/loss-terms.ts';
import { columnsFor, type Chart, type CurveChart } from './chart.tsx';

const view = sampleRace({ training: true });
const ALL: readonly Chart[] = [
  ...new Set([...RACE_CHARTS, ...COMPUTE_CHARTS]),
  ...CONFLICT_CHARTS,
  ...FEATURE_CHARTS,
  ...lossTermCharts(view),
  ...BATCH_NORM_CHARTS,
];
const curves = ALL.filter((chart): chart is CurveChart => 'frame' in chart);

test('given the lists of charts, then no two charts have the same id or title', () => {
  expect(new Set(ALL.map((c) => c.id)).size).toBe(ALL.length);
  expect(new Set(curves.map((c) => c.frame(view).title)).size).toBe(curves.length);
  expect(curves.length).toBeGreaterThan(4);
});

test('given a race that did not evaluate training images, then their chart is left out, and the others are shown', () => {
  const plain = sampleRace();
  const left = ALL.filter(({ isMeasured }) => isMeasured && !isMeasured(plain)).map(({ id }) => id);
  expect(left).toEqual(['training-accuracy']);
});

test('given contestants with different loss terms, then each term has one chart, with the contestants that report it', () => {
  const charts = lossTermCharts(view);
  const terms = new Set(view.runs.flatMap((run) => CATALOGUE[run.method].terms));
  expect(charts.map(({ id }) => id).sort()).toEqual([...terms].map((term) => `term-${term}`).sort());
  for (const chart of charts) {
    const term = chart.id.slice(5);
    const reporting = view.runs.filter(
      (run) =>
        CATALOGUE[run.method].terms.includes(term) &&
        !(term === 'invariance' && run.switches.invarianceWeight === 0),
    );
    expect(chart.series(view).map(({ label }) => label)).toEqual(reporting.map(({ label }) => label));
  }
  expect(lossTermCharts(view).every((chart, i) => chart === charts[i])).toBe(true);
});

test('given the control alone, whose invariance term has the weight 0, then that term has no chart', () => {
  const control = parseRaceResult(
    JSON.parse(readFileSync('public/recorded/factorial/arat-bn1-sg1-h1-ab1-t0.json', 'utf8')),
  );
  expect(control.runs[0].curves[1].terms).toHaveProperty('invariance');
  expect(lossTermCharts(control).map(({ id }) => id)).toEqual(['term-ceAdv', 'term-ceClean']);
});

test.each(['race', 'why'])('given the files in ui/%s/charts, then charts.ts lists each chart', (section) => {
  const folder = new URL(`../${section}/`, import.meta.url);
  const list = readFileSync(new URL('charts.ts', folder), 'utf8');
  const charts = readdirSync(new URL('charts/', folder)).filter((file) =>
    /curveChart\(|: Chart = /.test(readFileSync(new URL(`charts/${file}`, folder), 'utf8')),
  );
  expect(charts.length).toBeGreaterThan(1);
  for (const file of charts) expect(list).toContain(`./charts/${file}'`);
});

describe.each(curves.map((c) => [c.id, c] as const))('%s', (id, chart) => {
  it('given a race, then the chart has a title, a unit and axes', () => {
    expect(id).toMatch(/^[a-z]+(-[a-zA-Z]+)*$/);
    const { title, unit, xUnit, domain, xMax } = chart.frame(view);
    expect(title).toMatch(/^[A-Z].{5,}[^.]$/);
    expect(unit.length).toBeGreaterThan(3);
    expect(xUnit).toMatch(/^(epoch|step|[kMGTPE]?FLOP of training)$/);
    expect(xMax).toBeGreaterThan(0);
    if ('atLeast' in domain) expect(domain.atLeast).toBeGreaterThan(0);
    else expect(domain[1]).toBeGreaterThan(domain[0]);
  });

  it('given a race with these measurements, then the chart draws lines within its axes', () => {
    const lines = chart.series(view);
    expect(lines.length).toBeGreaterThan(0);
    const { xMax, domain } = chart.frame(view);
    for (const { points } of lines)
      for (const { x, y } of points) {
        expect(x).toBeLessThanOrEqual(xMax);
        if (!('atLeast' in domain)) {
          expect(y).toBeGreaterThanOrEqual(domain[0]);
          expect(y).toBeLessThanOrEqual(domain[1]);
        }
      }
  });
});

test('given 0 to 9 charts, then their rows are as equal as possible, with 4 at most', () => {
  expect(Array.from({ length: 10 }, (_, n) => columnsFor(n))).toEqual([1, 1, 2, 3, 4, 3, 3, 4, 4, 3]);
});

test('given a race, then the axis of each accuracy holds all its figures with their bands and little more, and the line of chance only if that lies on it', () => {
  for (const chart of curves.filter(({ id }) => id.includes('accuracy'))) {
    const { domain, reference } = chart.frame(view);
    if (!Array.isArray(domain)) throw new Error('The axis has no ends.');
    const [low, high] = domain as [number, number];
    const values = chart.series(view).flatMap((s) => s.points.flatMap((p) => [p.low, p.high]));
    expect(low).toBeLessThanOrEqual(Math.min(...values));
    expect(high).toBeGreaterThanOrEqual(Math.max(...values));
    // A step at either end, of at most 20 points and a quarter of a step of room.
    expect(Math.min(...values) - low).toBeLessThanOrEqual(25);
    expect(high - Math.max(...values)).toBeLessThanOrEqual(25);
    if (reference) expect(reference.y >= low && reference.y <= high).toBe(true);
  }
});
