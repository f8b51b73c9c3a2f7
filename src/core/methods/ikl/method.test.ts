import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { klPerExample } from '../../attacks/losses.ts';
import { initialiseBackend } from '../../backend/backend.ts';
import { stopGradient } from '../../backend/ops.ts';
import { parameter } from '../../nn/parameters.ts';
import { ResNet } from '../../nn/resnet.ts';
import { RandomStream } from '../../random/random.ts';
import { DEFAULT_SWITCHES, type Switches } from '../../settings/config.ts';
import { now, tinyTrainer } from '../../training/testing/tiny-trainer.ts';
import type { EpochContext } from '../types.ts';
import { CLASS_MEANS, CLASS_SUMS } from './info.ts';
import { ikl, softCrossEntropy, weightedSquares } from './method.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const [N, K] = [5, 4];
const stream = RandomStream.of(11, 'logits');
const rows = (low = -3, high = 3): number[][] =>
  Array.from({ length: N }, () => Array.from(stream.uniformArray(K, low, high)));
const softmax = (z: readonly number[]) => {
  const e = z.map(Math.exp);
  const sum = e.reduce((a, b) => a + b);
  return e.map((x) => x / sum);
};

/** 1/4 sum_jk w_j w_k (D_jk - E_jk)^2 as the paper writes it, in float64. */
const byDefinition = (a: readonly number[], b: readonly number[], w: readonly number[]) =>
  a.reduce(
    (sum, _, j) =>
      sum + a.reduce((s, _x, k) => s + (w[j] * w[k] * (a[j] - a[k] - (b[j] - b[k])) ** 2) / 4, 0),
    0,
  );

const tensor = (z: readonly (readonly number[])[]) => tf.tensor2d(z.map((row) => [...row]));

describe('the weighted squared error of logit differences', () => {
  const [a, b] = [rows(), rows()];
  const w = rows().map(softmax);

  it('given logits and weights, then it is the double sum over classes of the paper', () => {
    const got = tf.tidy(() => weightedSquares(tensor(a), tensor(b), tensor(w)).arraySync());
    got.forEach((x, n) => expect(x).toBeCloseTo(byDefinition(a[n], b[n], w[n]), 5));
  });

  it('given logits, then its gradient is that of finite differences of the double sum, opposite for the two sides', () => {
    const [da, db] = tf.tidy(() => {
      const of = (x: tf.Tensor, y: tf.Tensor) =>
        tf.sum(weightedSquares(x as tf.Tensor2D, y as tf.Tensor2D, tensor(w)));
      return tf
        .grads(of)([tensor(a), tensor(b)])
        .map((g) => g.arraySync() as number[][]);
    });
    const h = 1e-4;
    a.forEach((row, n) =>
      row.forEach((_, k) => {
        const moved = (by: number) =>
          byDefinition(
            row.map((x, i) => (i === k ? x + by : x)),
            b[n],
            w[n],
          );
        expect(da[n][k]).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 4);
        expect(db[n][k]).toBeCloseTo(-da[n][k], 5);
      }),
    );
  });
});

describe('DKL', () => {
  it('given both sides’ logits, then its gradient is that of KL with respect to each of them', () => {
    const [clean, adv] = [rows(), rows()];
    const gradient = (of: (p: tf.Tensor2D, q: tf.Tensor2D) => tf.Tensor) =>
      tf.tidy(() =>
        tf
          .grads((p, q) => tf.sum(of(p as tf.Tensor2D, q as tf.Tensor2D)))([tensor(clean), tensor(adv)])
          .map((g) => g.arraySync() as number[][]),
      );
    const kl = gradient(klPerExample);
    const dkl = gradient((p, q) => {
      const w = tf.softmax(stopGradient(p));
      return tf.add(weightedSquares(p, stopGradient(q), w), softCrossEntropy(p, q));
    });
    kl.forEach((side, i) => side.flat().forEach((g, k) => expect(dkl[i].flat()[k]).toBeCloseTo(g, 5)));
    expect(Math.max(...kl.flat(2).map(Math.abs))).toBeGreaterThan(0.1);
  });

  it('given α = β = 1 and both changes off, then the first step moves every weight as TRADES with β 1 does', async () => {
    const weights = async (...of: Parameters<typeof tinyTrainer>) => {
      const t = tinyTrainer(...of);
      await t.beforeEpoch(0, now);
      t.trainStep();
      await t.readMetrics(true);
      const out: number[] = [];
      for (const v of t.sgd.velocities.values()) out.push(...(await v.data()));
      t.dispose();
      return out;
    };
    const trades = await weights('trades', { beta: 1 });
    const plain = { mseWeight: 1, softWeight: 1, twoSided: false, classMeans: false };
    const dkl = await weights('ikl', plain);
    dkl.forEach((x, i) => expect(Math.abs(x - trades[i])).toBeLessThan(1e-5));
    const twoSided = await weights('ikl', { ...plain, twoSided: true });
    expect(Math.max(...twoSided.map((x, i) => Math.abs(x - trades[i])))).toBeGreaterThan(1e-4);
  });
});

describe('the mean predictions of classes', () => {
  const CLASSES = 3;
  function setting(changes: Partial<Switches> = {}) {
    const switches = { ...DEFAULT_SWITCHES, ...changes };
    const spec = { width: 2, blocks: [1], stemStride: 2, inputScale: 4, classes: CLASSES, splitBn: false };
    const network = new ResNet({ ...spec, stemStride: 2 }, 1);
    const extras = ikl.createExtras(network, switches, 1);
    const context: EpochContext<null> = {
      ...{ network, extras, switches, attack: { eps: 0.1, stepSize: 0.05, steps: 1 } },
      ...{ balance: 0.5, progress: 0, epoch: 1, epochs: 2, pace: now },
      *trainingBatches() {},
    };
    const x = tf.tensor4d(RandomStream.of(3, 'x').uniformArray(4 * 3072, 0, 1), [4, 32, 32, 3]);
    return { context, x, y: tf.tensor1d([0, 1, 0, 1], 'int32'), network };
  }
  const values = (network: ResNet, name: string) =>
    parameter(network, name).arraySync() as unknown as number[][];

  it('given two steps, when the epoch ends, then each class that had images has the mean of its softened predictions, and a class without any keeps its row', async () => {
    const { context, x, y, network } = setting({ temperature: 2 });
    expect(values(network, CLASS_MEANS.name).flat()).toEqual(Array(9).fill(Math.fround(1 / 3)));
    const logits = tf.tidy(
      () => network.forward(x, { branch: 'adv', mode: 'train' }).logits.arraySync() as number[][],
    );
    for (let step = 0; step < 2; step++) tf.tidy(() => void ikl.loss(context, { x, xAdv: x }, y));
    await ikl.afterEpoch!(context);
    const means = values(network, CLASS_MEANS.name);
    const predictions = logits.map((row) => softmax(row.map((z) => z / 2)));
    for (const c of [0, 1])
      means[c].forEach((p, k) => expect(p).toBeCloseTo((predictions[c][k] + predictions[c + 2][k]) / 2, 5));
    expect(means[2]).toEqual(Array(3).fill(Math.fround(1 / 3)));
    expect(values(network, CLASS_SUMS.name).flat()).toEqual(Array(9).fill(0));
    // Once more, as after a stop within the evaluation.
    await ikl.afterEpoch!(context);
    expect(values(network, CLASS_MEANS.name)).toEqual(means);
    network.dispose();
  });

  it('given weights by image, then no prediction is kept', () => {
    const { context, x, y, network } = setting({ classMeans: false });
    tf.tidy(() => void ikl.loss(context, { x, xAdv: x }, y));
    expect(values(network, CLASS_SUMS.name).flat()).toEqual(Array(9).fill(0));
    network.dispose();
  });

  it('given means of classes, then an example’s weights are those of its class', () => {
    const { context, x, y, network } = setting();
    const xAdv = tf.tidy(() => tf.square(tf.sub(1, x)) as tf.Tensor4D);
    const rowsByClass = [
      [0.7, 0.2, 0.1],
      [0.1, 0.3, 0.6],
      [0.2, 0.2, 0.6],
    ];
    parameter(network, CLASS_MEANS.name).assign(tf.tensor2d(rowsByClass) as never);
    const [a, b] = [x, xAdv].map((images) =>
      tf.tidy(
        () => network.forward(images, { branch: 'adv', mode: 'train' }).logits.arraySync() as number[][],
      ),
    );
    const wmse = tf.tidy(() => ikl.loss(context, { x, xAdv }, y).terms.wmse.dataSync()[0]);
    const expected = a.reduce((sum, row, n) => sum + byDefinition(row, b[n], rowsByClass[n % 2]) / 4, 0);
    expect(Math.abs(wmse / expected - 1)).toBeLessThan(1e-3);
    expect(expected).toBeGreaterThan(1e-5);
    network.dispose();
  });
});
