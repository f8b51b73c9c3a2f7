import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rangeInWords, readNumber, showNumber, type NumberRange } from './read-number.ts';

const REAL: NumberRange = { min: 0, max: 1000, integer: false };
const WHOLE: NumberRange = { min: 1, max: 10, integer: true };

describe('a number as it is typed or pasted', () => {
  test.each([
    ['30.0', 30],
    ['2.50', 2.5],
    ['030', 30],
    [' 7 ', 7],
    ['0,75', 0.75],
    ['.5', 0.5],
    ['5.', 5],
    ['1e-3', 0.001],
    ['+4', 4],
    ['−0', -0],
  ])('given %j, when read, then it is used', (text, value) => {
    expect(readNumber(text, REAL)).toEqual({ ok: true, value });
  });

  test.each(['', ' ', 'abc', '3x', '1,000.5', '1 000', '0x10', 'Infinity', 'NaN', '1e999', '--1', '8/255'])(
    'given %j, when read, then it is no number',
    (text) => expect(readNumber(text, REAL)).toEqual({ ok: false, nearest: null }),
  );

  test('given the unit of the field after it, when read, then the number is used', () => {
    expect(readNumber('8/255', REAL, '/255')).toEqual({ ok: true, value: 8 });
    expect(readNumber('8/256', REAL, '/255')).toEqual({ ok: false, nearest: null });
  });

  test('given a number outside the range or between two whole ones, when read, then the nearest allowed one is named', () => {
    expect(readNumber('5000', REAL)).toEqual({ ok: false, nearest: 1000 });
    expect(readNumber('-1', REAL)).toEqual({ ok: false, nearest: 0 });
    expect(readNumber('2.6', WHOLE)).toEqual({ ok: false, nearest: 3 });
    expect(readNumber('0', WHOLE)).toEqual({ ok: false, nearest: 1 });
  });

  test('given any number of the range, when shown and read back, then it is the same to 12 digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (x) => {
        const read = readNumber(showNumber(x), REAL);
        expect(read.ok && Math.abs(read.value - x) <= 1e-11 * Math.abs(x)).toBe(true);
      }),
    );
  });

  test('given a range, when worded, then it is named with its unit', () => {
    expect(rangeInWords({ min: 1, max: 50_000, integer: true })).toBe('a whole number from 1 to 50,000');
    expect(rangeInWords({ min: 0, max: 127.5, integer: false }, '/255')).toBe(
      'a number from 0/255 to 127.5/255',
    );
  });
});
