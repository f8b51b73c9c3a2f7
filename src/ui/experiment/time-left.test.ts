import { describe, expect, test } from 'vitest';
import { createTimeLeft, inWords } from './time-left.ts';

const at = (loadedBytes: number, totalBytes: number | null = 1000, phase = 'Downloading') => ({
  phase,
  loadedBytes,
  totalBytes,
});

describe('the time left of a download', () => {
  test('given 100 of 1000 bytes in 10 s, when reported, then 90 s are left', () => {
    const left = createTimeLeft();
    expect(left(at(0), 0)).toBeNull();
    expect(left(at(100), 10_000)).toBe(inWords(90));
  });

  test('given less than 2 s, an unknown size or no bytes yet, when reported, then there is no estimate', () => {
    const left = createTimeLeft();
    left(at(0), 0);
    expect(left(at(100), 1000)).toBeNull();
    expect(left(at(0), 5000)).toBeNull();
    expect(left(at(100, null), 10_000)).toBeNull();
  });

  test('given a second phase or a second load, when reported, then the speed of the first is not used', () => {
    const left = createTimeLeft();
    left(at(0), 0);
    expect(left(at(900), 3000)).not.toBeNull();
    expect(left(at(10, 1000, 'Reading'), 4000)).toBeNull();
    expect(left(at(510, 1000, 'Reading'), 14_000)).toBe(inWords(9.8));
    expect(left(at(0, 1000, 'Reading'), 15_000)).toBeNull();
  });

  test('given seconds, when written, then they are rounded in words and are never 0', () => {
    expect([0.2, 31, 56, 150, 7200].map(inWords)).toEqual([
      'a few seconds left',
      'about 40 seconds left',
      'about 1 minute left',
      'about 3 minutes left',
      'about 2 hours left',
    ]);
  });
});
