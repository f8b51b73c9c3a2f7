import { describe, expect, test } from 'vitest';
import { areaOf, bandPath, barsPath, linePath, nearest, ticksOf } from './geometry.ts';

const x = { low: 0, high: 8, label: 'epoch' };
const y = { low: 20, high: 60, label: 'Accuracy (%)' };

describe('the area of a chart', () => {
  test('given a size, when values are placed, then the ends of the axes are the ends of the area', () => {
    const area = areaOf(400, 260, x, y);
    expect([area.x(0), area.x(8), area.y(20), area.y(60)]).toEqual([
      area.left,
      area.right,
      area.bottom,
      area.top,
    ]);
    expect(area.x(4)).toBe((area.left + area.right) / 2);
    expect(area.left).toBeGreaterThan(0);
    expect(area.right).toBeLessThan(400);
    expect(area.bottom).toBeLessThan(260);
  });

  test('given less width than the axes need, then it has no negative width', () => {
    const { left, right } = areaOf(20, 260, x, y);
    expect(right).toBeGreaterThan(left);
  });
});

describe('ticks', () => {
  const texts = (ticks: ReturnType<typeof ticksOf>) => ticks.map(({ text }) => text);

  test('given ticks of its own, then an axis has those; given none, then round ones within its ends', () => {
    expect(texts(ticksOf({ ...x, ticks: [0, 2, 4, 6, 8] }, 50, 400, 'x'))).toEqual(['0', '2', '4', '6', '8']);
    expect(texts(ticksOf({ low: -1, high: 1, label: 'cosine' }, 214, 8, 'y'))).toEqual([
      '-1',
      '-0.5',
      '0',
      '0.5',
      '1',
    ]);
    expect(texts(ticksOf({ low: 0, high: 0.3, ticks: [0, 0.1 + 0.2], label: '' }, 0, 300, 'x'))).toEqual([
      '0',
      '0.3',
    ]);
  });

  test('given ticks whose texts would touch, then the later text is left out and its grid line stays', () => {
    const ticks = ticksOf({ low: 0, high: 128, ticks: [0, 2, 4, 64, 128], label: 'eps' }, 50, 350, 'x');
    expect(texts(ticks)).toEqual(['0', null, null, '64', '128']);
    expect(ticks.every(({ at }) => at >= 50 && at <= 350)).toBe(true);
    expect(texts(ticksOf({ low: 0, high: 100, ticks: [0, 1, 50], label: '' }, 214, 8, 'y'))).toEqual([
      '0',
      null,
      '50',
    ]);
  });
});

describe('paths', () => {
  const points = [
    { x: 1, y: 2 },
    { x: 3.14159, y: 4 },
  ];

  test('given points, then a line goes through them, and a band along the upper and back along the lower ones', () => {
    expect(linePath(points)).toBe('M1,2L3.14,4');
    expect(
      bandPath(
        [
          { x: 1, y: 9 },
          { x: 2, y: 8 },
        ],
        [
          { x: 1, y: 1 },
          { x: 2, y: 3 },
        ],
      ),
    ).toBe('M1,1L2,3L2,8L1,9Z');
  });

  test('given no points, then there is nothing to draw', () => {
    expect([linePath([]), bandPath([], [])]).toEqual(['', '']);
  });
});

describe('the place nearest to the pointer', () => {
  test('given places without y, then x alone counts; at equal distance, the first is chosen', () => {
    const places = [{ x: 10 }, { x: 20 }, { x: 30 }];
    expect(nearest(places, { x: 24, y: 999 })).toBe(1);
    expect(nearest(places, { x: 25, y: 0 })).toBe(1);
    expect(nearest(places, { x: -500, y: 0 })).toBe(0);
  });

  test('given places with y, then none beyond the reach is chosen', () => {
    const places = [
      { x: 10, y: 10 },
      { x: 12, y: 40 },
    ];
    expect(nearest(places, { x: 12, y: 30 }, 28)).toBe(1);
    expect(nearest(places, { x: 100, y: 10 }, 28)).toBe(-1);
    expect(nearest([], { x: 0, y: 0 })).toBe(-1);
  });
});

test('given a point with the ends of its bars, then each bar reaches from end to end with a stroke at each; without ends nothing is drawn', () => {
  const area = {
    left: 0,
    right: 100,
    top: 0,
    bottom: 100,
    x: (v: number) => 10 * v,
    y: (v: number) => 100 - v,
  };
  const point = { x: 3, y: 40 };
  expect(barsPath(point, [2, 5], [30, 45], area)).toBe(
    'M20,60H50M20,57v6M50,57v6' + 'M30,70V55M27,70h6M27,55h6',
  );
  expect(barsPath(point, undefined, [30, 45], area)).toBe('M30,70V55M27,70h6M27,55h6');
  expect(barsPath(point, undefined, undefined, area)).toBe('');
});
