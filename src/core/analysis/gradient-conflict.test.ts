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
  it('given gradients of seven elements, when measured, then ratio, chance and cosine are those computed by hand', async () => {
    const found = await measured({ w: [1, -1, 0, 2], only: [3, 4] }, { w: [-1, -1, 5, 0], other: [1] }, [
      'w',
      'only',
      'other',
    ]);
    // Of seven elements two have a gradient from both terms. The signs of one of the two are opposite.
    expect(found.ratio).toBeCloseTo(1 / 7, 6);
    expect(found.chance).toBeCloseTo(1 / 7, 6);
    expect(found.perLayer).toEqual({ w: 0 });
    expect(found.cosine).toBe(0);
  });

  it('given a weight that neither term reaches, when measured, then ratio and chance are as without it', async () => {
    const on = (weights: readonly string[]) =>
      measured({ w: [1, -1, 1] }, { w: [-1, -1, 1], one: [2] }, weights);
    const found = await on(['w', 'one', 'neither']);
    expect(found).toEqual(await on(['w', 'one']));
    expect(found.ratio).toBeCloseTo(1 / 4, 6);
    expect(found.chance).toBeCloseTo(3 / 2 / 4, 6);
  });

  it('given gradients with independent signs, some of them 0 or absent, when measured, then the ratio is close to chance', async () => {
    const stream = RandomStream.of(1, 'signs');
    const draw = (n: number) => [...stream.normalArray(n)];
    // 3,000 elements that both terms reach, with one gradient 0 in a tenth of them, and 1,000 that one term reaches.
    const dead = draw(3000).map((x, i) => (i % 10 === 0 ? 0 : x));
    const found = await measured({ both: draw(3000), one: draw(1000) }, { both: dead }, ['both', 'one']);
    expect(found.chance).toBeCloseTo(2700 / 2 / 4000, 6);
    // Three standard deviations of the number of heads of 2,700 fair coins.
    expect(Math.abs(found.ratio - found.chance)).toBeLessThan((3 * Math.sqrt(2700 * 0.25)) / 4000);
    expect(Math.abs(found.ratio - 0.5)).toBeGreaterThan(0.1);
  });
});
