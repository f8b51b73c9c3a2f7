import { STYLES } from './styles.ts';
import { expect, test } from 'vitest';
import { bandPath, linePath, spaced } from './paths.ts';
import { rowsOf } from './SeriesTip.tsx';

const PLACES = [
  { x: 0, y: 10 },
  { x: 5.26, y: 20 },
  { x: 10, y: 0 },
];

test('given places, then the line goes through them in order, and there is none for no place', () => {
  expect(linePath(PLACES)).toBe('M0.0,10.0L5.3,20.0L10.0,0.0');
  expect(linePath(PLACES.slice(0, 1))).toBe('M0.0,10.0');
  expect(linePath([])).toBe('');
});

test('given two edges, then the band goes along the upper one and back along the lower one, and one place has no area', () => {
  const lower = PLACES.map((p) => ({ ...p, y: p.y + 1 }));
  expect(bandPath(PLACES, lower)).toBe('M0.0,10.0L5.3,20.0L10.0,0.0L10.0,1.0L5.3,21.0L0.0,11.0Z');
  expect(bandPath(PLACES.slice(0, 1), lower.slice(0, 1))).toBe('');
});

test('given more places than markers, then evenly some of them, the last always', () => {
  const few = spaced(
    Array.from({ length: 100 }, (_, i) => i),
    24,
  );
  expect(few.slice(0, 3)).toEqual([0, 8, 16]);
  expect(few.at(-1)).toBe(99);
  expect(few.length).toBeLessThanOrEqual(25);
  expect(spaced([1, 2, 3], 24)).toEqual([1, 2, 3]);
  expect(spaced([], 24)).toEqual([]);
});

test('given series of different lengths, then the tooltip has a row per x with the series that have a point there', () => {
  const point = (x: number, y: number) => ({ x, y, low: y, high: y, n: 1 });
  const rows = rowsOf([
    { label: 'AT', style: STYLES[0], points: [point(0, 1), point(2, 2)] },
    { label: 'ARAT', style: STYLES[2], points: [point(1, 5), point(2, 6)] },
  ]);
  expect(rows.map((r) => r.x)).toEqual([0, 1, 2]);
  expect(rows[2].values).toEqual([
    { label: 'AT', style: STYLES[0], y: 2 },
    { label: 'ARAT', style: STYLES[2], y: 6 },
  ]);
  expect(rows.every((r) => Number.isFinite(r.y))).toBe(true);
});
