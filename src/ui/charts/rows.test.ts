import { STYLES } from './styles.ts';
import { expect, test } from 'vitest';
import { rowsOf } from './rows.ts';
import { spaced } from './spaced.ts';

test('given more points than markers, then evenly spaced points are kept, and always the last one', () => {
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

test('given series with points at different x, then there is a row per x that lists the series with a point there', () => {
  const point = (x: number, y: number) => ({ x, y, low: y, high: y, n: 1 });
  const rows = rowsOf([
    { label: 'AT', style: STYLES[0], points: [point(0, 1), point(2, 2)] },
    { label: 'ARAT', style: STYLES[2], points: [point(1, 5), point(2, 6)] },
  ]);
  expect(rows.map((r) => r.x)).toEqual([0, 1, 2]);
  expect(rows[2].values).toEqual([
    { label: 'AT', style: STYLES[0], y: 2, low: 2, high: 2 },
    { label: 'ARAT', style: STYLES[2], y: 6, low: 6, high: 6 },
  ]);
});
