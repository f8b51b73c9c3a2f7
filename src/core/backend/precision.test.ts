import { expect, test } from 'vitest';
import { convolutionPrecision, inHalfPrecision } from './precision.ts';

test('given a computation in half precision, then its convolutions have half precision, and those after it have not', () => {
  expect(inHalfPrecision(convolutionPrecision)).toEqual({ half: true });
  expect(convolutionPrecision()).toEqual({});
});

test('given a computation in half precision that throws, then later convolutions have 32 bits', () => {
  expect(() =>
    inHalfPrecision(() => {
      throw new Error('diverged');
    }),
  ).toThrow('diverged');
  expect(convolutionPrecision()).toEqual({});
});
