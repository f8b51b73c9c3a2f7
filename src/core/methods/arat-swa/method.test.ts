import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../../backend/backend.ts';
import { DEFAULT_SWITCHES, type Switches } from '../../settings/config.ts';
import { parameter } from '../../nn/parameters.ts';
import { ResNet } from '../../nn/resnet.ts';
import { exportParts, exportWeights } from '../../nn/weights.ts';
import { RandomStream } from '../../random/random.ts';
import { now, tinyTrainer, trainOn } from '../../training/testing/tiny-trainer.ts';
import { aratSwa, type AratSwaExtras } from './method.ts';

import { trainingAttack } from '../training-attack.ts';
import type { EpochContext } from '../types.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

describe('the averaged weights', () => {
  it('given a run, then they are the plain mean of the weights at the end of every chosen epoch', async () => {
    const t = tinyTrainer('arat-swa', { averageFrom: 0 });
    const snapshots: Map<string, Float32Array>[] = [];
    for (const epoch of [1, 2, 3]) {
      t.trainStep();
      await t.readMetrics(true);
      expect(t.evaluated === t.network).toBe(epoch === 1);
      await t.afterEpoch(epoch, now);
      // Once more, as after a stop within the evaluation: nothing is counted twice.
      await t.afterEpoch(epoch, now);
      const weights = [...t.network.trainable].map(
        async ([name, v]) => [name, Float32Array.from(await v.data())] as const,
      );
      snapshots.push(new Map(await Promise.all(weights)));
    }
    expect(snapshots[2].get('conv1.weight')).not.toEqual(snapshots[0].get('conv1.weight'));
    for (const [name, v] of t.evaluated.trainable) {
      const [a, b, c] = snapshots.map((s) => s.get(name)!);
      (await v.data()).forEach((average, i) => expect(average).toBeCloseTo((a[i] + b[i] + c[i]) / 3, 6));
    }
    t.dispose();
  });

  it('given a share of the epochs, then those before it are left out', async () => {
    const t = tinyTrainer('arat-swa', { averageFrom: 1 });
    await trainOn(t, 4);
    expect(t.evaluated).toBe(t.network);
    await trainOn(t, 4);
    expect(t.evaluated).not.toBe(t.network);
    expect(await t.evaluated.trainable.get('conv1.weight')!.data()).toEqual(
      await t.network.trainable.get('conv1.weight')!.data(),
    );
    t.dispose();
  });

  it('given the same steps as ARAT, then the weights that train are the same', async () => {
    const [plain, averaged] = [tinyTrainer('arat'), tinyTrainer('arat-swa')];
    for (const t of [plain, averaged]) await trainOn(t, 6);
    for (const file of [exportWeights, exportParts])
      expect(await file(averaged.network)).toEqual(await file(plain.network));
    plain.dispose();
    averaged.dispose();
  });
});

describe('the average’s BatchNorm statistics', () => {
  const N = 6;
  const BATCHES = 2;
  const BEFORE = 0.25;
  const MOMENTUM = 0.1;

  /** What a run hands to `afterEpoch` at its only epoch's end, with two batches of N made-up images. */
  function setting(changes: Partial<Switches>) {
    const switches = { ...DEFAULT_SWITCHES, ...changes };
    const splitBn = aratSwa.splitBn(switches);
    const network = new ResNet(
      { width: 3, blocks: [1, 1], stemStride: 2, inputScale: 4, classes: 2, splitBn },
      1,
    );
    const extras = aratSwa.createExtras(network, switches, 2);
    const batch = (number: number) => {
      const stream = RandomStream.of(number, 'batch');
      const image = (low: number) =>
        tf.tensor4d(stream.uniformArray(N * 32 * 32 * 3, low, 1), [N, 32, 32, 3]);
      return { x: image(0), y: tf.tensor1d([0, 1, 0, 1, 0, 1], 'int32'), noise: image(-1) };
    };
    const trainingBatches = function* () {
      for (let i = 0; i < BATCHES; i++) yield batch(i);
    };
    const attack = { eps: 0.1, stepSize: 0.05, steps: 2 };
    const balance = 0.5;
    const epoch: EpochContext<AratSwaExtras> = {
      ...{ network, extras, switches, attack, balance, progress: 0 },
      ...{ epoch: 1, epochs: 1, pace: now, trainingBatches },
    };
    return { epoch, average: extras.average };
  }

  /**
   * Mean over batches of each batch's statistics: the running rule r' = 0.9 r + 0.1 m, from r set to a known value,
   * solved for m.
   */
  function byRunningRule(epoch: EpochContext<AratSwaExtras>, average: ResNet, branch: 'clean' | 'adv') {
    const means = new Map<string, number[]>();
    const statistics = [...average.buffers].filter(([name]) => name.includes('running_'));
    for (const { x, y, noise } of epoch.trainingBatches(0)) {
      const made = trainingAttack({ ...epoch, network: average }, x, y, noise);
      tf.tidy(() => {
        for (const [, v] of statistics) v.assign(tf.fill(v.shape, BEFORE) as never);
        const images = branch === 'adv' ? made.xAdv : made.x;
        average.forward(images, { branch, mode: 'train', updateStatistics: true });
      });
      for (const [name, v] of statistics) {
        const sum = means.get(name) ?? Array.from({ length: v.size }, () => 0);
        v.dataSync().forEach((r, i) => (sum[i] += (r - (1 - MOMENTUM) * BEFORE) / MOMENTUM / BATCHES));
        means.set(name, sum);
      }
      tf.dispose([x, y, noise, made.x, made.xAdv]);
    }
    return means;
  }

  /**
   * Per channel over both batches: mean of the stem's convolution of `of`'s images, and its variance with n - 1, in
   * float64.
   */
  function ofStem(epoch: EpochContext<AratSwaExtras>, average: ResNet, of: 'x' | 'xAdv') {
    const channels = average.spec.width;
    const mean = Array.from({ length: channels }, () => 0);
    const variance = Array.from({ length: channels }, () => 0);
    for (const { x, y, noise } of epoch.trainingBatches(0)) {
      const made = trainingAttack({ ...epoch, network: average }, x, y, noise);
      const values = tf.tidy(() => {
        const scaled = tf.mul(tf.sub(made[of], 0.5), average.spec.inputScale) as tf.Tensor4D;
        const filter = parameter(average, 'conv1.weight') as unknown as tf.Tensor4D;
        return tf.conv2d(scaled, filter, 2, 1).dataSync();
      });
      for (let c = 0; c < channels; c++) {
        const own = [...values].filter((_, i) => i % channels === c);
        const m = own.reduce((a, b) => a + b) / own.length;
        mean[c] += m / BATCHES;
        variance[c] += own.reduce((a, b) => a + (b - m) ** 2, 0) / (own.length - 1) / BATCHES;
      }
      tf.dispose([x, y, noise, made.x, made.xAdv]);
    }
    return { mean, variance };
  }

  const read = (average: ResNet) =>
    new Map([...average.buffers].map(([name, v]) => [name, Array.from(v.dataSync())]));
  const close = (got: readonly number[], expected: readonly number[]) =>
    got.forEach((v, i) => expect(Math.abs(v - expected[i])).toBeLessThan(1e-4 * (1 + Math.abs(expected[i]))));

  it('given two batches, then those of the stem agree with a calculation by hand: adversarial images in the adv set, clean ones in the clean set', async () => {
    const { epoch, average } = setting({});
    await aratSwa.afterEpoch!(epoch);
    const got = read(average);
    const [adv, clean] = [ofStem(epoch, average, 'xAdv'), ofStem(epoch, average, 'x')];
    for (const [branch, { mean, variance }] of Object.entries({ adv, clean })) {
      close(got.get(`bn1.${branch}.running_mean`)!, mean);
      close(got.get(`bn1.${branch}.running_var`)!, variance);
    }
    // The two are far enough apart for the comparison to tell them.
    expect(Math.max(...adv.variance.map((v, i) => Math.abs(v / clean.variance[i] - 1)))).toBeGreaterThan(
      0.01,
    );
    epoch.network.dispose();
  });

  it.each([
    ['two sets', {}],
    ['one set', { splitBn: false }],
  ])(
    'given %s, then in every layer they are what the running rule sees of the same images',
    async (_, changes) => {
      const { epoch, average } = setting(changes);
      await aratSwa.afterEpoch!(epoch);
      const got = read(average);
      for (const branch of average.splitBn ? (['clean', 'adv'] as const) : (['adv'] as const)) {
        const expected = byRunningRule(epoch, average, branch);
        const names = average.bnLayers.flatMap((layer) =>
          ['running_mean', 'running_var'].map((s) => `${average.bnPrefix(layer, branch)}.${s}`),
        );
        expect(names.length).toBeGreaterThan(8);
        for (const name of names) close(got.get(name)!, expected.get(name)!);
      }
      epoch.network.dispose();
    },
  );

  it('given a stop between two batches, then its error reaches the caller, and no tensors are left', async () => {
    const { epoch, average } = setting({});
    const before = tf.memory().numTensors;
    const stopped = { ...epoch, pace: () => Promise.reject(new Error('stopped')) };
    const statistics = read(average);
    await expect(aratSwa.afterEpoch!(stopped)).rejects.toThrow('stopped');
    expect(tf.memory().numTensors).toBe(before);
    expect(epoch.extras.state.averaged).toBe(false);
    expect(read(average)).toEqual(statistics);
    epoch.network.dispose();
  });
});
