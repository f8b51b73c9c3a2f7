import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../../backend/backend.ts';
import { RandomStream } from '../../random/random.ts';
import { now, tinyTrainer } from '../../training/testing/tiny-trainer.ts';
import { weightsOf } from './method.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

type Vector = readonly number[];
const dot = (a: Vector, b: Vector) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const cosine = (a: Vector, b: Vector) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
/** Two parameters of three numbers each. */
const gradients = (v: Vector) =>
  new Map([
    ['first', tf.tensor1d(v.slice(0, 3))],
    ['second', tf.tensor1d(v.slice(3))],
  ]);

/** g in float64, from the weights that the method finds. */
function combined(adversarial: Vector, clean: Vector, gamma: number) {
  const [a, c] = tf.tidy(() => {
    const weights = weightsOf(gradients(adversarial), gradients(clean), gamma);
    return [weights.a.dataSync()[0], weights.c.dataSync()[0]];
  });
  return { a, c, g: adversarial.map((x, i) => a * x + c * clean[i]) };
}

const stream = RandomStream.of(7, 'gradients');
const anyVector = (): number[] => Array.from(stream.uniformArray(6, -1, 1));

describe('the combined gradient', () => {
  it.each([0, 0.3, 0.9, 0.99])(
    'given gradients whose cosine is below γ = %d, then it is g_a plus a positive multiple of g_c, at the cosine γ from g_c',
    (gamma) => {
      let tried = 0;
      while (tried < 30) {
        const [adversarial, clean] = [anyVector(), anyVector().map((x) => 5 * x)];
        if (cosine(adversarial, clean) > gamma - 0.01) continue;
        tried++;
        const { a, c, g } = combined(adversarial, clean, gamma);
        expect(a).toBe(1);
        expect(c).toBeGreaterThan(0);
        expect(cosine(g, clean)).toBeCloseTo(gamma, 4);
      }
    },
  );

  it('given gradients whose cosine is above γ, then it is g_c alone', () => {
    const clean = anyVector();
    const adversarial = clean.map((x, i) => 3 * x + 0.05 * i);
    expect(cosine(adversarial, clean)).toBeGreaterThan(0.9);
    expect(combined(adversarial, clean, 0.9)).toMatchObject({ a: 0, c: 1 });
  });

  it('given a gradient of 0, then it is finite, and g_a where g_c is 0', () => {
    const [some, zero] = [anyVector(), [0, 0, 0, 0, 0, 0]];
    expect(combined(some, zero, 0.9).g).toEqual(some);
    combined(zero, some, 0.9).g.forEach((x) => expect(x).toBeCloseTo(0, 6));
    expect(combined(zero, zero, 0.9).g.map(Math.abs)).toEqual(zero);
  });
});

describe('a training step', () => {
  /** SGD's velocities after one step: the gradient that it followed, plus weight decay. */
  async function followed(...of: Parameters<typeof tinyTrainer>): Promise<Map<string, Float32Array>> {
    const t = tinyTrainer(...of);
    await t.beforeEpoch(0, now);
    t.trainStep();
    await t.readMetrics(true);
    const out = new Map<string, Float32Array>();
    for (const [name, v] of t.sgd.velocities) out.set(name, Float32Array.from(await v.data()));
    t.dispose();
    return out;
  }
  const flat = (gradient: Map<string, Float32Array>) => [...gradient.values()].flatMap((v) => [...v]);

  it('given two gradients that agree and γ 0, then it follows the clean one, as standard training does', async () => {
    const standard = flat(await followed('standard'));
    const lowest = flat(await followed('ca-at', { conflictThreshold: 0 }));
    lowest.forEach((x, i) => expect(Math.abs(x - standard[i])).toBeLessThan(1e-5));
  });

  it('given a γ that the gradients fall short of, then it follows another direction, at that cosine from the clean one', async () => {
    const standard = flat(await followed('standard'));
    const highest = flat(await followed('ca-at', { conflictThreshold: 0.99 }));
    // Weight decay is in both, and small.
    expect(cosine(highest, standard)).toBeGreaterThan(0.985);
    expect(cosine(highest, standard)).toBeLessThan(0.995);
  });
});
