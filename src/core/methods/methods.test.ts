import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { METHOD_IDS, type ExperimentConfig, type MethodId, type Switches } from '../config.ts';
import { subset } from '../data/subset.ts';
import { syntheticDataset } from '../data/synthetic.ts';
import { exportWeights } from '../nn/safetensors.ts';
import type { RaceCheckpoint } from '../training/race-checkpoint.ts';
import { Race } from '../training/race.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { Trainer } from '../training/trainer.ts';
import { angularDistance, standardEpochs } from './arrest.ts';
import { contestant } from './contestant.ts';

const DATA = syntheticDataset(1, 100, 100);
const NEW = ['mart', 'lbgat', 'arrest', 'arat-swa'] as const;

const config = (methods: readonly MethodId[], changes: Partial<Switches> = {}): ExperimentConfig =>
  tinyConfig(methods.map((m) => contestant(m, changes)));

function trainer(method: MethodId, changes: Partial<Switches> = {}): Trainer {
  const c = config([method], changes);
  return new Trainer(c.contestants[0], c, subset(DATA, c));
}

const now = async () => {};
/** Every number of the trainer's own network. */
const values = (t: Trainer, of: 'network' | 'evaluated' = 'network') => exportWeights(t[of]);

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

describe('every method', () => {
  it('trains beside the others to the end, and leaves no tensors', async () => {
    const before = tf.memory().numTensors;
    const race = new Race(config(METHOD_IDS), DATA, {
      runId: 'r',
      backend: 'wasm',
      device: 'test',
      appVersion: '0',
      emit: () => {},
    });
    const { status, runs } = await race.run();
    race.dispose();
    expect(status).toBe('complete');
    for (const run of runs) {
      const terms = Object.values(run.curves.at(-1)!.terms ?? {});
      expect(terms.length).toBeGreaterThan(0);
      expect(terms.every(Number.isFinite)).toBe(true);
      expect(run.final?.n).toBe(8);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(NEW)('given %s, when a step is repeated, then the number of tensors stays', async (method) => {
    const t = trainer(method);
    for (const epoch of [0, 1]) {
      await t.beforeEpoch(epoch, now);
      t.trainStep();
      await t.readMetrics(true);
      const before = tf.memory().numTensors;
      t.trainStep();
      await t.readMetrics(true);
      await t.afterEpoch(epoch, now);
      expect(tf.memory().numTensors).toBe(before);
    }
    t.dispose();
  });

  it('given a race stopped within an epoch or its evaluation, then it goes on to the same numbers', async () => {
    const run = async (from?: RaceCheckpoint, stopAt?: (type: string, n: number) => boolean) => {
      let kept: RaceCheckpoint | undefined;
      const seen: Record<string, number> = {};
      const race: Race = new Race(config(NEW), DATA, {
        runId: 'r',
        backend: 'wasm',
        device: 'test',
        appVersion: '0',
        from,
        checkpoints: { everySeconds: 1e9, keep: async (c) => void (kept = structuredClone(c)) },
        emit: (e) => {
          seen[e.type] = (seen[e.type] ?? 0) + 1;
          if (stopAt?.(e.type, seen[e.type])) race.control.stop();
        },
      });
      const result = await race.run();
      race.dispose();
      const runs = result.runs.map(({ label, curves, gradientConflict, bn, final }) => ({
        label,
        curves,
        gradientConflict,
        bn,
        final,
      }));
      return { status: result.status, runs, kept };
    };
    const whole = await run();
    const stops: ((type: string, n: number) => boolean)[] = [
      (type, n) => type === 'conflict' && n === 7,
      (type, n) => type === 'epoch' && n === 2 * NEW.length - 1,
      (type, n) => type === 'final' && n === 1,
    ];
    for (const stop of stops) {
      const cut = await run(undefined, stop);
      expect(cut.status).toBe('stopped');
      expect((await run(cut.kept)).runs).toEqual(whole.runs);
    }
  });
});

describe('LBGAT', () => {
  it('moves both networks, exports its own alone, and with β = 0 has no conflict to measure', async () => {
    const t = trainer('lbgat');
    const name = 'natural.conv1.weight';
    const before = Float32Array.from(await t.network.trainable.get(name)!.data());
    const own = Float32Array.from(await t.network.trainable.get('conv1.weight')!.data());
    t.trainStep();
    await t.readMetrics(true);
    expect(await t.network.trainable.get(name)!.data()).not.toEqual(before);
    expect(await t.network.trainable.get('conv1.weight')!.data()).not.toEqual(own);
    expect(new TextDecoder('latin1').decode(await values(t))).not.toContain('natural.');
    expect(t.takeConflicts()).toHaveLength(1);
    t.dispose();
    const without = trainer('lbgat', { beta: 0 });
    without.trainStep();
    await without.readMetrics(true);
    expect(without.takeConflicts()).toHaveLength(0);
    without.dispose();
  });
});

describe('ARREST', () => {
  it('given the epochs of a run, then the first third trains the standard network', () => {
    expect([1, 2, 3, 8, 100].map(standardEpochs)).toEqual([1, 1, 1, 3, 33]);
  });

  it('freezes the standard network once, and then leaves it alone', async () => {
    const t = trainer('arrest');
    await t.beforeEpoch(0, now);
    t.trainStep();
    await t.readMetrics(true);
    expect(Object.keys(t.takeMeans().terms!)).toEqual(['ce']);
    await t.beforeEpoch(1, now);
    const frozen = () => t.network.buffers.get('standard.conv1.weight')!.data();
    const standard = Float32Array.from(await frozen());
    expect(standard).toEqual(Float32Array.from(await t.network.trainable.get('conv1.weight')!.data()));
    t.trainStep();
    await t.readMetrics(true);
    expect(Object.keys(t.takeMeans().terms!)).toEqual(['ce', 'distillation']);
    await t.beforeEpoch(1, now);
    expect(Float32Array.from(await frozen())).toEqual(standard);
    expect(Float32Array.from(await t.network.trainable.get('conv1.weight')!.data())).not.toEqual(standard);
    t.dispose();
  });

  it('measures the angle: 0 for the same direction, 1/2 for a right angle, 1 for the opposite', () => {
    tf.tidy(() => {
      const a = tf.tensor2d([
        [1, 0],
        [1, 0],
        [1, 0],
      ]);
      const b = tf.tensor2d([
        [2, 0],
        [0, 3],
        [-1, 0],
      ]);
      const d = angularDistance(a, b).dataSync();
      [0, 0.5, 1].forEach((expected, i) => expect(d[i]).toBeCloseTo(expected, 2));
    });
  });
});

describe('ARAT+SWA', () => {
  it('evaluates the arithmetic mean of the weights at the chosen epochs’ ends, with statistics of its own', async () => {
    const t = trainer('arat-swa', { averageFrom: 0 });
    const name = 'layer1.0.conv1.weight';
    const seen: Float32Array[] = [];
    for (const epoch of [1, 2]) {
      t.trainStep();
      await t.readMetrics(true);
      expect(t.evaluated === t.network).toBe(epoch === 1);
      await t.afterEpoch(epoch, now);
      // Once more, as after a stop within the evaluation: nothing is counted twice.
      await t.afterEpoch(epoch, now);
      seen.push(Float32Array.from(await t.network.trainable.get(name)!.data()));
    }
    const average = await t.evaluated.trainable.get(name)!.data();
    average.forEach((v, i) => expect(v).toBeCloseTo((seen[0][i] + seen[1][i]) / 2, 6));
    const mean = (n: 'network' | 'evaluated') => t[n].buffers.get('bn1.adv.running_mean')!.data();
    expect(await mean('evaluated')).not.toEqual(await mean('network'));
    t.dispose();
  });

  it('trains as ARAT does: the same weights after the same steps', async () => {
    const [plain, averaged] = [trainer('arat'), trainer('arat-swa')];
    for (const t of [plain, averaged]) {
      t.trainStep();
      t.trainStep();
      await t.readMetrics(true);
    }
    expect(await values(averaged)).toHaveLength((await values(plain)).length);
    expect(await averaged.network.trainable.get('conv1.weight')!.data()).toEqual(
      await plain.network.trainable.get('conv1.weight')!.data(),
    );
    plain.dispose();
    averaged.dispose();
  });
});
