import { expect, test } from 'vitest';
import { labelPlaces } from './labels.ts';

test('given points that lie apart, then each name stands right above its point', () => {
  const points = [
    { x: 0, y: 0, name: 'AT' },
    { x: 100, y: 0, name: 'ARAT' },
  ];
  expect(labelPlaces(points)).toEqual([
    { x: 9, y: -8, anchor: 'start' },
    { x: 109, y: -8, anchor: 'start' },
  ]);
});

test('given two points beside each other, then each name is on its point’s own side', () => {
  const [first, second] = labelPlaces([
    { x: 100, y: 50, name: 'ARAT' },
    { x: 108, y: 50, name: 'control' },
  ]);
  expect(first).toEqual({ x: 91, y: 42, anchor: 'end' });
  expect(second).toEqual({ x: 117, y: 42, anchor: 'start' });
});

test('given more points in one place than corners, then every name still has a place', () => {
  const points = Array.from({ length: 6 }, () => ({ x: 5, y: 5, name: 'TRADES' }));
  const places = labelPlaces(points);
  expect(places).toHaveLength(6);
  expect(new Set(places.slice(0, 4).map((p) => JSON.stringify(p))).size).toBe(4);
});
