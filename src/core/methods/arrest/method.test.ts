import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../../backend/backend.ts';
import { DEFAULT_SWITCHES, type Switches } from '../../settings/config.ts';
import { ResNet } from '../../nn/resnet.ts';
import { RandomStream } from '../../random/random.ts';
import { now, tinyTrainer, trainOn } from '../../training/testing/tiny-trainer.ts';
import { standardEpochs } from './info.ts';
import { angularDistance, arrest, type ArrestExtras } from './method.ts';

import type { StepContext } from '../types.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

/** arccos(cos(a, b)) / pi in float64. */
function angle(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const dot = (u: ArrayLike<number>, v: ArrayLike<number>) =>
    Array.from(u).reduce((sum, x, i) => sum + x * v[i], 0);
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  return Math.acos(Math.min(1, Math.max(-1, cosine))) / Math.PI;
}

describe('the angle between representations', () => {
  const distance = (a: number[][], b: number[][]) =>
    tf.tidy(() => Array.from(angularDistance(tf.tensor2d(a), tf.tensor2d(b)).dataSync()));
  /** Of sum_n D(a_n, b_n) with respect to a. */
  const gradient = (a: number[][], b: number[][]) =>
    tf.tidy(() => {
      const other = tf.tensor2d(b);
      const of = (z: tf.Tensor) => tf.sum(angularDistance(z as tf.Tensor2D, other));
      return tf.grad(of)(tf.tensor2d(a)).arraySync() as number[][];
    });

  it('given the same, a right-angled and the opposite direction, then it is 0, 1/2 and 1', () => {
    const a = [
      [1, 0],
      [1, 0],
      [1, 0],
    ];
    const d = distance(a, [
      [2, 0],
      [0, 3],
      [-1, 0],
    ]);
    [0, 0.5, 1].forEach((expected, i) => expect(d[i]).toBeCloseTo(expected, 2));
  });

  it('given two representations, then its gradient is that of finite differences', () => {
    const stream = RandomStream.of(5, 'vectors');
    const rows = () => Array.from({ length: 6 }, () => Array.from(stream.uniformArray(4, -1, 1)));
    const [a, b] = [rows(), rows()];
    const h = 1e-5;
    gradient(a, b).forEach((row, n) =>
      row.forEach((g, k) => {
        const moved = (by: number) =>
          angle(
            a[n].map((v, i) => (i === k ? v + by : v)),
            b[n],
          );
        expect(g).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 4);
      }),
    );
  });

  it('given a small angle t or nearly a straight one, then turning a by dt changes D by dt / pi', () => {
    // Above the limit 1 - 1e-6 of the cosine, at t = 0.0014; there 1 - c^2 has few digits left in float32.
    for (const t of [0.3, 0.03, 0.01])
      for (const side of [1, -1]) {
        const [[across, along]] = gradient([[Math.cos(t), Math.sin(t)]], [[side, 0]]).map(([gx, gy]) => [
          -gx * Math.sin(t) + gy * Math.cos(t),
          gx * Math.cos(t) + gy * Math.sin(t),
        ]);
        expect(across * Math.PI * side).toBeGreaterThan(0.98);
        expect(across * Math.PI * side).toBeLessThan(1.02);
        // The angle does not depend on length.
        expect(Math.abs(along)).toBeLessThan(0.02);
      }
  });

  it('given the same, the opposite, nearly the same and no direction at all, then the gradient is finite', () => {
    const a = [
      [1, 0],
      [0.3, -0.7],
      [1, 1e-4],
      [1, 1e-3],
      [-1, 1e-3],
      [0, 0],
    ];
    const b = [
      [1, 0],
      [-0.3, 0.7],
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ];
    const rows = gradient(a, b);
    expect(rows.flat().every(Number.isFinite)).toBe(true);
    // Where two representations coincide there is nothing to pull; where arccos is steepest the pull has its true size.
    expect(rows[0].map(Math.abs)).toEqual([0, 0]);
    for (const row of rows.slice(0, 5)) expect(Math.hypot(...row) * Math.PI).toBeLessThan(1.5);
  });
});

describe('noisy replay', () => {
  const N = 16;
  const SPEC = {
    width: 4,
    blocks: [1, 1],
    stemStride: 2,
    inputScale: 4,
    classes: 2,
    splitBn: false,
  } as const;

  /** A network in its adversarial epochs beside another frozen one, and a batch. */
  async function setting(changes: Partial<Switches> = {}) {
    const network = new ResNet(SPEC, 1);
    const switches = { ...DEFAULT_SWITCHES, ...changes };
    const extras = arrest.createExtras(network, switches, 5);
    extras.phase.finetuning = true;
    const attack = { eps: 0.1, stepSize: 0.05, steps: 2 };
    const context: StepContext<ArrestExtras> = { network, extras, switches, attack, balance: 0, progress: 0 };
    const stream = RandomStream.of(7, 'batch');
    const size = N * 32 * 32 * 3;
    // Each image a colour of its own under some noise: representations point in different directions.
    const colours = tf.tensor4d(stream.uniformArray(3 * N, 0, 1), [N, 1, 1, 3]);
    const grain = tf.tensor4d(stream.uniformArray(size, -0.2, 0.2), [N, 32, 32, 3]);
    const x = tf.tidy(() => tf.clipByValue(tf.add(colours, grain), 0, 1) as tf.Tensor4D);
    tf.dispose([colours, grain]);
    const noise = tf.tensor4d(stream.uniformArray(size, -1, 1), [N, 32, 32, 3]);
    const y = tf.tensor1d(
      Array.from({ length: N }, (_, i) => i % 2),
      'int32',
    );
    return { context, x, y, noise };
  }
  const rows = (t: tf.Tensor): number[][] => tf.tidy(() => tf.reshape(t, [N, -1]).arraySync() as number[][]);

  it('given representations that moved by more than a quarter, then their images become noisy ones and the others stay; switched off, all stay', async () => {
    const { context, x, y, noise } = await setting();
    const { eps } = context.attack;
    const attacked = arrest.attack(
      { ...context, switches: { ...context.switches, noisyReplay: false } },
      x,
      y,
      noise,
    );
    const made = arrest.attack(context, x, y, noise);
    const z = (network: ResNet, of: tf.Tensor4D) =>
      tf.tidy(() =>
        network.forward(of, { branch: 'adv', mode: 'eval', features: ['pool'] }).features.pool.arraySync(),
      );
    const own = z(context.network, attacked.xAdv);
    const standard = z(context.extras.standard, x);
    const far = own.map((v, n) => angle(v, standard[n]) > 0.25);
    expect(new Set(far)).toEqual(new Set([true, false]));
    const [clean, drawn, adversarial, got] = [x, noise, attacked.xAdv, made.xAdv].map(rows);
    far.forEach((replayed, n) => {
      const noisy = clean[n].map((v, i) => Math.min(1, Math.max(0, v + eps * drawn[n][i])));
      const expected = replayed ? noisy : adversarial[n];
      expect(Math.max(...got[n].map((v, i) => Math.abs(v - expected[i])))).toBeLessThan(1e-6);
      expect(noisy).not.toEqual(adversarial[n]);
    });
    tf.dispose([x, y, noise, made.x, made.xAdv, attacked.x, attacked.xAdv]);
    context.network.dispose();
  });

  it('given a network equal to the frozen one and an attack without budget, then nothing is replayed', async () => {
    const { context, x, y, noise } = await setting();
    const same = { ...context, extras: { ...context.extras, standard: context.network } };
    const made = arrest.attack({ ...same, attack: { ...same.attack, eps: 0, stepSize: 0 } }, x, y, noise);
    expect(rows(made.xAdv)).toEqual(rows(x));
    tf.dispose([x, y, noise, made.x, made.xAdv]);
    context.network.dispose();
  });
});

describe('ARREST', () => {
  it('given the epochs of a run, then the first third trains the standard network', () => {
    expect([1, 2, 3, 8, 100].map(standardEpochs)).toEqual([1, 1, 1, 3, 33]);
  });

  it('given the end of its first third, then the standard network is frozen, and later steps leave it unchanged', async () => {
    const t = tinyTrainer('arrest');
    await trainOn(t, 4);
    expect(Object.keys(t.takeMeans().terms!)).toEqual(['ce']);
    await t.beforeEpoch(1, now);
    const frozen = () => t.network.buffers.get('standard.conv1.weight')!.data();
    const standard = Float32Array.from(await frozen());
    expect(standard).toEqual(Float32Array.from(await t.network.trainable.get('conv1.weight')!.data()));
    await trainOn(t, 1);
    expect(Object.keys(t.takeMeans().terms!)).toEqual(['ce', 'distillation']);
    await t.beforeEpoch(1, now);
    expect(Float32Array.from(await frozen())).toEqual(standard);
    expect(Float32Array.from(await t.network.trainable.get('conv1.weight')!.data())).not.toEqual(standard);
    t.dispose();
  });
});
