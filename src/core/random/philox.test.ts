import { describe, expect, it, test } from 'vitest';
import { philox, philoxNormal, philoxUniform, type FourWords } from './philox.ts';

const ONES = 0xffffffff;

describe('philox', () => {
  // Known answers from the authors' Random123 library (kat_vectors, philox4x32 10).
  it.each<[string, FourWords, [number, number], FourWords]>([
    ['zeros', [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    ['ones', [ONES, ONES, ONES, ONES], [ONES, ONES], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      'digits of pi',
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])(
    'given a counter and key of %s, when philox is called, then it gives the published words',
    (_, counter, key, words) => {
      expect(philox(counter, key)).toEqual(words);
    },
  );
});

const mean = (a: Float32Array): number => a.reduce((s, x) => s + x, 0) / a.length;
const N = 100_000;

test('given a key, when uniform numbers are drawn, then they lie in [-1, 1) with the mean and second moment of the distribution', () => {
  const a = philoxUniform(N, [7, 0, 3, 0]);
  expect(a.every((x) => x >= -1 && x < 1)).toBe(true);
  // Five standard errors. The standard deviation of a number is 1/sqrt(3), that of its square sqrt(4/45).
  expect(Math.abs(mean(a))).toBeLessThan(5 / Math.sqrt(3 * N));
  expect(Math.abs(mean(a.map((x) => x * x)) - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / N));
});

test('given a key, when normal numbers are drawn, then they have mean 0, variance 1 and fourth moment 3', () => {
  const a = philoxNormal(N, [7, 0, 3, 0]);
  expect(a.every(Number.isFinite)).toBe(true);
  expect(Math.abs(mean(a))).toBeLessThan(5 / Math.sqrt(N));
  expect(Math.abs(mean(a.map((x) => x * x)) - 1)).toBeLessThan(5 * Math.sqrt(2 / N));
  expect(Math.abs(mean(a.map((x) => x ** 4)) - 3)).toBeLessThan(5 * Math.sqrt(96 / N));
});

test.each([
  ['seeds', [8, 0, 3, 0]],
  ['streams', [7, 1, 3, 0]],
  ['steps', [7, 0, 4, 0]],
])('given keys with different %s, when numbers are drawn, then they are uncorrelated', (_, key) => {
  const [a, b] = [philoxUniform(N, [7, 0, 3, 0]), philoxUniform(N, key)];
  expect(Math.abs(mean(a.map((x, i) => 3 * x * b[i])))).toBeLessThan(5 / Math.sqrt(N));
});

test('given one stream, when numbers at lags 1, 2 and 4 are compared, then they are uncorrelated', () => {
  const a = philoxUniform(N, [7, 0, 3, 0]);
  for (const lag of [1, 2, 4])
    expect(Math.abs(mean(a.subarray(lag).map((x, i) => 3 * x * a[i])))).toBeLessThan(5 / Math.sqrt(N));
});

test('given a length that is not a multiple of four, when drawn, then the numbers are a prefix of a longer draw', () => {
  for (const draw of [philoxUniform, philoxNormal])
    expect(draw(7, [1, 2, 3, 0])).toEqual(draw(8, [1, 2, 3, 0]).subarray(0, 7));
});
