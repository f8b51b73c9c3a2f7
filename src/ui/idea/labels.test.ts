import { expect, test } from 'vitest';
import { labelPlaces } from './labels.ts';

const point = (x: number, y: number, name: string, barX = 0, barY = 0) => ({ x, y, name, barX, barY });

test('given points that lie apart, then each name stands right above its point', () => {
  expect(labelPlaces([point(0, 0, 'AT'), point(100, 0, 'ARAT')])).toEqual([
    { x: 9, y: -8, anchor: 'start' },
    { x: 109, y: -8, anchor: 'start' },
  ]);
});

test('given two points beside each other, then each name is on its point’s own side', () => {
  const [first, second] = labelPlaces([point(100, 50, 'ARAT'), point(108, 50, 'control')]);
  expect(first).toEqual({ x: 91, y: 42, anchor: 'end' });
  expect(second).toEqual({ x: 117, y: 42, anchor: 'start' });
});

test('given a point between the bars of two others, then its name stands above its own bar', () => {
  const places = labelPlaces([
    point(60, 100, 'TRADES', 30, 30),
    point(100, 100, 'ARAT', 22, 32),
    point(120, 92, 'control', 12, 32),
  ]);
  expect(places[1]).toEqual({ x: 100, y: 63, anchor: 'middle' });
  expect(places[2]).toEqual({ x: 129, y: 84, anchor: 'start' });
});

test('given more points in one place than places, then every name still has one', () => {
  const places = labelPlaces(Array.from({ length: 6 }, () => point(5, 5, 'TRADES')));
  expect(places).toHaveLength(6);
  for (const { x, y } of places) expect([x, y].every(Number.isFinite)).toBe(true);
});
