import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { conflictOf, conflictSums } from '../analysis/gradient-conflict.ts';
import { initialiseBackend } from '../backend/backend.ts';
import { subset } from '../data/subset.ts';
import { contestant } from '../experiments/contestant.ts';
import { METHODS } from '../methods/index.ts';
import type { StepContext } from '../methods/types.ts';
import type { MethodId, Switches } from '../settings/config.ts';
import { sharedWeightSizes } from '../nn/architecture.ts';
import { conflictChance } from '../result/conflict-mean.ts';
import { saveCheckpoint } from './checkpoint.ts';
import { conflictPairs, measuresPairs } from './conflict-pairs.ts';
import { conflictingGradients } from './gradients.ts';
import { tinyConfig } from './testing/tiny-config.ts';
import { now, TINY_DATA, tinyTrainer, trainOn } from './testing/tiny-trainer.ts';
import { Trainer } from './trainer.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const EXPECTED: readonly (readonly [MethodId, Partial<Switches>, readonly string[]])[] = [
  [
    'arat',
    {},
    [
      'ceAdv ceClean',
      'ceAdv invariance',
      'ceClean invariance',
      'ceAdv ceAdv',
      'ceClean ceClean',
      'invariance invariance',
    ],
  ],
  ['trades', {}, ['ce kl', 'ce ce', 'kl kl']],
  ['mart', {}, ['bce kl', 'bce bce', 'kl kl']],
  // CE belongs to the natural network alone.
  ['lbgat', {}, ['mse kl', 'mse mse', 'kl kl']],
  ['lbgat', { beta: 0 }, ['mse mse']],
  ['arrest', {}, ['ce distillation', 'ce ce', 'distillation distillation']],
  ['at', {}, []],
];

const contextOf = (t: Trainer) => (t as unknown as { context: StepContext }).context;

describe('conflict by pairs', () => {
  it.each(EXPECTED)(
    'given %s %j, then its pairs and its terms on two batches are measured, and nothing is left',
    async (method, changes, expected) => {
      const t = tinyTrainer(method, changes);
      // ARREST has two terms once its standard network is frozen, after the first epoch.
      await trainOn(t, t.batches.batchesPerEpoch + 1);
      const before = tf.memory().numTensors;
      const pairs = await t.conflictPairs(2, now);
      expect(tf.memory().numTensors).toBe(before);
      expect(pairs.map((p) => `${p.first} ${p.second}`)).toEqual(expected);
      for (const { cosine, ratio, chance } of pairs) {
        expect(Math.abs(cosine)).toBeLessThanOrEqual(1.0001);
        expect(ratio).toBeLessThanOrEqual(2 * chance);
        expect(chance).toBeLessThanOrEqual(0.5);
      }
      t.dispose();
    },
  );

  it.each(['arat', 'trades'] as const)(
    'given %s, when pairs are measured between its steps, then training goes on to the same numbers',
    async (method) => {
      const [a, b] = [
        tinyTrainer(method, { attackUpdatesStatistics: true }),
        tinyTrainer(method, { attackUpdatesStatistics: true }),
      ];
      for (const t of [a, b]) {
        await trainOn(t, 2);
        if (t === a) await t.conflictPairs(1, now);
        await trainOn(t, 2);
      }
      expect(JSON.stringify(await saveCheckpoint(a))).toBe(JSON.stringify(await saveCheckpoint(b)));
      [a, b].forEach((t) => t.dispose());
    },
  );

  it('given one batch twice, then each term agrees with itself, and the pair of TRADES is its sum’s conflict', async () => {
    const t = tinyTrainer('trades');
    const { network } = t;
    const context = contextOf(t);
    const x = tf.randomUniform([4, 32, 32, 3], 0, 1, 'float32', 7) as tf.Tensor4D;
    const y = tf.tensor1d([0, 1, 0, 1], 'int32');
    const noise = tf.randomNormal(x.shape, 0, 1, 'float32', 9) as tf.Tensor4D;
    const half = [() => ({ x: tf.clone(x), y: tf.clone(y), noise: tf.clone(noise) })];
    const pairs = await conflictPairs(METHODS.trades, context, [half, half], false, ['ce', 'kl'], now);
    for (const same of pairs.filter((p) => p.first === p.second)) {
      expect(same.cosine).toBeCloseTo(1, 4);
      expect(same.ratio).toBe(0);
    }
    const [dot, first, second] = tf.tidy(() => {
      const g = conflictingGradients(METHODS.trades, context, METHODS.trades.attack(context, x, y, noise), y);
      g.first.metrics.dispose();
      const flat = (of: Map<string, tf.Tensor>) =>
        tf.concat(network.sharedWeights.map((name) => tf.reshape(of.get(name)!, [-1])));
      const [a, b] = [flat(g.first.gradients), flat(g.second!.gradients)];
      return [tf.sum(tf.mul(a, b)), tf.norm(a), tf.norm(b)].map((v) => v.dataSync()[0]);
    });
    expect(pairs[0].cosine).toBeCloseTo(dot / (first * second), 4);
    tf.dispose([x, y, noise]);
    t.dispose();
  });

  it('given two batches in each half, when all images are measured, then a pair is that of the gradients summed over the four, and a term is compared between the halves', async () => {
    const t = tinyTrainer('arat');
    const context = contextOf(t);
    const x = tf.randomUniform([4, 32, 32, 3], 0, 1, 'float32', 7) as tf.Tensor4D;
    const y = tf.tensor1d([0, 1, 0, 1], 'int32');
    const batch = (seed: number) => () => ({
      x: tf.tidy(() => tf.mul(x, seed / 4) as tf.Tensor4D),
      y: tf.clone(y),
      noise: tf.randomUniform(x.shape, -1, 1, 'float32', seed) as tf.Tensor4D,
    });
    const [a, b, c, d] = [1, 2, 3, 4].map(batch);
    const terms = ['ceAdv', 'invariance'];
    const before = tf.memory().numTensors;
    const measured = (one: readonly (typeof a)[], two: readonly (typeof a)[], whole: boolean) =>
      conflictPairs(METHODS.arat, context, [one, two], whole, terms, now);
    const all = await measured([a, b], [c, d], true);
    const swapped = await measured([d, c], [b, a], true);
    // With all four batches in the first half, a comparison on that half alone is one on all of them.
    const first = await measured([a, b, c, d], [a], false);
    const half = await measured([a, b], [c, d], false);
    expect(tf.memory().numTensors).toBe(before);
    expect(all.map((p) => `${p.first} ${p.second}`)).toEqual([
      'ceAdv invariance',
      'ceAdv ceAdv',
      'invariance invariance',
    ]);
    expect(all[0].cosine).toBeCloseTo(first[0].cosine, 5);
    expect(all[0].cosine).toBeCloseTo(swapped[0].cosine, 5);
    expect(Math.abs(all[0].cosine - half[0].cosine)).toBeGreaterThan(1e-4);
    expect(all.slice(1)).toEqual(half.slice(1));
    tf.dispose([x, y]);
    t.dispose();
  });

  it('given all training images, when measured between steps, then the trainer has the pairs of each method’s terms, and nothing is left', async () => {
    const config = { ...tinyConfig([contestant('trades')]), pairImages: 'all' as const };
    const t = new Trainer(config.contestants[0], config, subset(TINY_DATA, config));
    const before = tf.memory().numTensors;
    const pairs = await t.conflictPairs(1, now);
    expect(tf.memory().numTensors).toBe(before);
    expect(pairs.map((p) => `${p.first} ${p.second}`)).toEqual(['ce kl', 'ce ce', 'kl kl']);
    t.dispose();
  });
});

describe('chance', () => {
  it.each([{}, { splitBn: false }])(
    'given ARAT %j on the tiny network, then the measured chance is half of the weights with a gradient from both terms, counted one by one',
    async (changes) => {
      const t = tinyTrainer('arat', changes);
      const context = contextOf(t);
      const x = tf.randomUniform([4, 32, 32, 3], 0, 1, 'float32', 7) as tf.Tensor4D;
      const y = tf.tensor1d([0, 1, 0, 1], 'int32');
      const { first, second, sums } = tf.tidy(() => {
        const g = conflictingGradients(METHODS.arat, context, { x, xAdv: tf.sub(1, x) as tf.Tensor4D }, y);
        g.first.metrics.dispose();
        const values = (of: Map<string, tf.Tensor>) =>
          t.network.sharedWeights.map((name) => of.get(name)?.dataSync());
        const [a, b] = [g.first.gradients, g.second!.gradients];
        return { first: values(a), second: values(b), sums: conflictSums(a, b, t.network.sharedWeights) };
      });
      let [both, all] = [0, 0];
      first.forEach((a, i) => {
        const b = second[i];
        all += (a ?? b)!.length;
        if (a && b) for (let k = 0; k < a.length; k++) if (a[k] !== 0 && b[k] !== 0) both++;
      });
      const { chance } = conflictOf(await sums.data(), t.network.sharedWeights);
      expect(chance).toBeCloseTo(both / 2 / all, 6);
      // The invariance term reaches neither the last shortcut nor the classifier.
      expect(chance).toBeLessThan(0.49);
      tf.dispose([x, y, sums]);
      t.dispose();
    },
  );

  it('given a result of before it was measured, then it follows from the layers: 48.58 % for ARAT on the demo network, 49.98 % on ResNet-18', () => {
    const chance = (
      width: number,
      blocks: number[],
      classes: number,
      stemStride: 1 | 2,
      without: (name: string) => boolean,
    ) => {
      const network = { width, blocks, stemStride, inputScale: 4 };
      const names = [...sharedWeightSizes({ ...network, classes }).keys()].filter((name) => !without(name));
      const point = {
        step: 0,
        cosine: 0,
        ratio: 0,
        perLayer: Object.fromEntries(names.map((n) => [n, 0.1])),
      };
      const dataset = { classes: Array.from({ length: classes }, (_, i) => i) };
      return conflictChance({ gradientConflict: [point] }, { network, dataset } as never)!;
    };
    const demo = chance(
      32,
      [1, 1, 1],
      4,
      2,
      (n) => n === 'linear.weight' || n === 'layer3.0.shortcut.weight',
    );
    expect((100 * demo).toFixed(2)).toBe('48.58');
    const resnet18 = chance(64, [2, 2, 2, 2], 10, 1, (n) => n === 'linear.weight');
    expect((100 * resnet18).toFixed(2)).toBe('49.98');
  });
});

it('given one batch, then pairs are measured after a quarter, half, three quarters and the end of the epochs; given all images, after every epoch', () => {
  const after = (on: 'batch' | 'all', epochs: number) =>
    Array.from({ length: epochs + 1 }, (_, epoch) => epoch).filter((epoch) =>
      measuresPairs(on, epoch, epochs),
    );
  expect(after('batch', 8)).toEqual([2, 4, 6, 8]);
  expect(after('batch', 1)).toEqual([1]);
  expect(after('batch', 6)).toEqual([2, 3, 5, 6]);
  expect(after('all', 6)).toEqual([1, 2, 3, 4, 5, 6]);
});
