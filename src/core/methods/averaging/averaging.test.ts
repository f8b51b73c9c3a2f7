import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../../backend/backend.ts';
import { exportWeights } from '../../nn/weights.ts';
import type { MethodId } from '../../settings/config.ts';
import { restoreCheckpoint, saveCheckpoint } from '../../training/checkpoint.ts';
import { now, tinyTrainer, trainOn } from '../../training/testing/tiny-trainer.ts';
import { firstAveraged, isSnapshot } from './averaging.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

describe('the steps whose weights are averaged', () => {
  it('given the settings of the official scripts, then they are its 19 steps', () => {
    // train_ARAT.py: epochs from 1; step = epoch * 391 + batch; from epoch 76 of 100 on where step % 500 is 0.
    const official = Array.from({ length: 19 }, (_, i) => 30_000 + 500 * i);
    const first = firstAveraged(0.76, 100);
    const steps = Array.from({ length: 100 * 391 }, (_, step) => step);
    expect(first).toBe(76);
    expect(steps.filter((step) => isSnapshot(step, 391, first, 500)).map((step) => step + 391)).toEqual(
      official,
    );
  });

  it.each([
    [0, 10, 1],
    [0.5, 8, 4],
    [0.5, 7, 4],
    [1, 6, 6],
    [0.76, 1, 1],
  ])('given the share %d of %i epochs, then averaging begins with epoch %i', (share, epochs, first) => {
    expect(firstAveraged(share, epochs)).toBe(first);
  });
});

describe.each([
  ['at-swa', 'at'],
  ['trades-swa', 'trades'],
  ['arat-swa', 'arat'],
] as const)('%s', (averaged, plain) => {
  const weightsOf = async (of: ReturnType<typeof tinyTrainer>) => {
    const weights = await exportWeights(of.network);
    of.dispose();
    return weights;
  };

  it.each([
    ['at each epoch’s end', { averageFrom: 0 }],
    ['every three steps', { averageFrom: 0, averageEvery: 3 }],
  ])('given an average %s, then the weights that train are those of %s', async (_, changes) => {
    const [t, own] = [tinyTrainer(averaged, changes), tinyTrainer(plain)];
    for (const trainer of [t, own]) await trainOn(trainer, 6);
    expect(await weightsOf(t)).toEqual(await weightsOf(own));
  });

  it('given one every three steps, then the average is the mean of the weights after those steps, and its statistics are measured at the end of the epoch', async () => {
    const t = tinyTrainer(averaged, { averageFrom: 0, averageEvery: 3 });
    const name = 'conv1.weight';
    const snapshots: Float32Array[] = [];
    await t.beforeEpoch(0, now);
    // Four steps an epoch: the official count begins at 4.
    for (let step = 0; step < 8; step++) {
      if (step === 4) await t.beforeEpoch(1, now);
      t.trainStep();
      if ((step + 4) % 3 === 0)
        snapshots.push(Float32Array.from(await t.network.trainable.get(name)!.data()));
      expect(t.evaluated === t.network).toBe(step < 4);
      if (step % 4 === 3) await t.afterEpoch((step + 1) / 4, now);
    }
    await t.readMetrics(true);
    expect(snapshots).toHaveLength(2);
    const average = await t.evaluated.trainable.get(name)!.data();
    average.forEach((x, i) => expect(x).toBeCloseTo((snapshots[0][i] + snapshots[1][i]) / 2, 6));
    const statistics = [...t.evaluated.buffers].filter(([key]) => key.endsWith('running_var'));
    for (const [, v] of statistics) expect((await v.data()).some((x) => x !== 1)).toBe(true);
    t.dispose();
  });

  it('given a stop between two snapshots of an epoch, when resumed, then the average is the same', async () => {
    const changes = { averageFrom: 0, averageEvery: 2 };
    const whole = tinyTrainer(averaged, changes);
    await trainOn(whole, 8);
    const before = tinyTrainer(averaged, changes);
    await trainOn(before, 5);
    const kept = structuredClone(await saveCheckpoint(before));
    const after = tinyTrainer(averaged, changes);
    restoreCheckpoint(after, kept);
    await after.beforeEpoch(1, now);
    for (let step = 5; step < 8; step++) after.trainStep();
    await after.afterEpoch(2, now);
    await after.readMetrics(true);
    expect(await exportWeights(after.evaluated)).toEqual(await exportWeights(whole.evaluated));
    for (const t of [whole, before, after]) t.dispose();
  });
});

it('given two methods whose averages start from the same weights, then their statistics are measured on the same images', async () => {
  // With learning rate 0 both averages are the initial network; TRADES trains on other images than AT.
  const statistics = async (method: MethodId) => {
    const t = tinyTrainer(method, { averageFrom: 0 }, { learningRate: 0 });
    await trainOn(t, 4);
    const found = [...t.evaluated.buffers].filter(([name]) => name.includes('running_'));
    const values = await Promise.all(found.map(async ([name, v]) => [name, [...(await v.data())]]));
    t.dispose();
    return Object.fromEntries(values) as Record<string, number[]>;
  };
  expect(await statistics('trades-swa')).toEqual(await statistics('at-swa'));
});
