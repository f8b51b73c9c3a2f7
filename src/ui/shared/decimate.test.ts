import { describe, expect, test } from 'vitest';
import { decimate } from './decimate.ts';

describe('decimate', () => {
  test('given more points than the limit, when decimated, then as many as the limit remain, with the first and the last', () => {
    const points = Array.from({ length: 5000 }, (_, i) => i);
    const few = decimate(points, 400);
    expect(few).toHaveLength(400);
    expect([few[0], few[399]]).toEqual([0, 4999]);
    expect(decimate(points.slice(0, 5), 400)).toEqual([0, 1, 2, 3, 4]);
  });
});
