import { readdirSync, readFileSync } from 'node:fs';
import { expect, it, describe, test } from 'vitest';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { RACE_CHARTS } from '../race/charts.ts';
import { BATCH_NORM_CHARTS, CONFLICT_CHARTS } from '../why/charts.ts';
import type { Chart, CurveChart } from './chart.tsx';

const ALL: readonly Chart[] = [...RACE_CHARTS, ...CONFLICT_CHARTS, ...BATCH_NORM_CHARTS];
const curves = ALL.filter((chart): chart is CurveChart => 'frame' in chart);
const view = sampleRace();

test('given the lists of charts, then no two charts have the same id or title', () => {
  expect(new Set(ALL.map((c) => c.id)).size).toBe(ALL.length);
  expect(new Set(curves.map((c) => c.frame(view).title)).size).toBe(curves.length);
  expect(curves.length).toBeGreaterThan(4);
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
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    const { title, unit, xUnit, domain, xMax } = chart.frame(view);
    expect(title).toMatch(/^[A-Z].{5,}[^.]$/);
    expect(unit.length).toBeGreaterThan(3);
    expect(['epoch', 'step']).toContain(xUnit);
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
