import { expect, test } from 'vitest';
import { convolutionPrecision, inHalfPrecision } from './precision.ts';

test('given a computation in half precision, then its convolutions are asked for so, and those after it are not', () => {
  expect(inHalfPrecision(convolutionPrecision)).toEqual({ half: true });
  expect(convolutionPrecision()).toEqual({});
});

test('given a computation that fails, then what follows is in 32 bits again', () => {
  expect(() =>
    inHalfPrecision(() => {
      throw new Error('diverged');
    }),
  ).toThrow('diverged');
  expect(convolutionPrecision()).toEqual({});
});
