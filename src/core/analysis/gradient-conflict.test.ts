import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { RandomStream } from '../random/random.ts';
import { conflictOf, conflictSums } from './gradient-conflict.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const measured = async (
  a: Record<string, number[]>,
  b: Record<string, number[]>,
  weights: readonly string[],
) => {
  const gradients = (of: Record<string, number[]>) =>
    new Map(Object.entries(of).map(([name, values]) => [name, tf.tensor1d(values) as tf.Tensor]));
  const [first, second] = [gradients(a), gradients(b)];
  const sums = conflictSums(first, second, weights);
  const found = conflictOf(await sums.data(), weights);
  tf.dispose([sums, ...first.values(), ...second.values()]);
  return found;
};

describe('gradient conflict', () => {
  it('given gradients by hand, then opposite signs, chance and cosine are counted', async () => {
    const found = await measured({ w: [1, -1, 0, 2], only: [3, 4] }, { w: [-1, -1, 5, 0], other: [1] }, [
      'w',
      'only',
      'other',
    ]);
    // Of seven weights two have a gradient from both terms, one of them with opposite signs.
    expect(found.ratio).toBeCloseTo(1 / 7, 6);
    expect(found.chance).toBeCloseTo(1 / 7, 6);
    expect(found.perLayer).toEqual({ w: 0 });
    expect(found.cosine).toBe(0);
  });

  it('given signs without relation, where a part of the weights has no gradient from one term, then the counted ratio is chance', async () => {
    const stream = RandomStream.of(1, 'signs');
    const draw = (n: number) => [...stream.normalArray(n)];
    // 3,000 weights that both terms reach, of which a tenth is 0 in one, and 1,000 that one reaches.
    const dead = draw(3000).map((x, i) => (i % 10 === 0 ? 0 : x));
    const found = await measured({ both: draw(3000), one: draw(1000) }, { both: dead }, ['both', 'one']);
    expect(found.chance).toBeCloseTo(2700 / 2 / 4000, 6);
    // Three standard deviations of the count of 2,700 fair coins.
    expect(Math.abs(found.ratio - found.chance)).toBeLessThan((3 * Math.sqrt(2700 * 0.25)) / 4000);
    expect(Math.abs(found.ratio - 0.5)).toBeGreaterThan(0.1);
  });
});
