import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { type ExperimentConfig, METHOD_IDS, type MethodId, type SwitchName } from '../settings/config.ts';
import type { Spec } from '../settings/spec.ts';
import { SWITCH_NAMES } from '../settings/specs.ts';
import { SWITCHES } from '../settings/specs/switches.ts';
import { otherValue } from '../settings/testing/setting-values.ts';
import { exportWeights } from '../nn/weights.ts';
import type { RaceCheckpoint } from '../race/race-checkpoint.ts';
import { saveCheckpoint } from '../training/checkpoint.ts';
import { Race } from '../race/race.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { now, TINY_DATA, tinyTrainer, trainOn } from '../training/testing/tiny-trainer.ts';
import { CATALOGUE } from './catalogue.ts';

import { contestant } from '../experiments/contestant.ts';

const config = (methods: readonly MethodId[]): ExperimentConfig =>
  tinyConfig(methods.map((m) => contestant(m)));

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

describe('every method', () => {
  it('given all of them in one race, then each trains to the end, and no tensors are left', async () => {
    const before = tf.memory().numTensors;
    const race = new Race(config(METHOD_IDS), TINY_DATA, {
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
      const reported = run.curves.at(-1)!.terms ?? {};
      expect(Object.keys(reported)).toEqual(CATALOGUE[run.method].terms);
      const terms = Object.values(reported);
      expect(terms.length).toBeGreaterThan(0);
      expect(terms.every(Number.isFinite)).toBe(true);
      expect(run.final?.n).toBe(8);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(METHOD_IDS)(
    'given %s, when a step is repeated, then there are as many tensors as before',
    async (method) => {
      const t = tinyTrainer(method);
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
    },
  );

  it('given a race stopped within an epoch or its evaluation, when resumed, then it ends with the same numbers', async () => {
    const run = async (from?: RaceCheckpoint, stopAt?: (type: string, n: number) => boolean) => {
      let kept: RaceCheckpoint | undefined;
      const seen: Record<string, number> = {};
      const race: Race = new Race(config(METHOD_IDS), TINY_DATA, {
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
      (type, n) => type === 'epoch' && n === 2 * METHOD_IDS.length - 1,
      (type, n) => type === 'final' && n === 1,
    ];
    for (const stop of stops) {
      const cut = await run(undefined, stop);
      expect(cut.status).toBe('stopped');
      expect((await run(cut.kept)).runs).toEqual(whole.runs);
    }
  }, 600_000);
});

describe('the switches that a method names', () => {
  /**
   * Whether an image is replayed depends on its angle (arrest/method.test.ts), the weight on auto-balance (below), and
   * `matchArat` decides the number of epochs (race/own-epochs.test.ts).
   */
  const ELSEWHERE: readonly SwitchName[] = ['noisyReplay', 'classificationWeight', 'matchArat'];

  /** All that training leaves behind after an epoch and a half, and what is evaluated. */
  async function trained(method: MethodId, changed: readonly SwitchName[]) {
    const t = tinyTrainer(
      method,
      Object.fromEntries(changed.map((name) => [name, otherValue<Spec>(SWITCHES[name])])),
    );
    // Not one half: with that, auto-balance would make no difference.
    t.balance = 0.8;
    await trainOn(t, 6);
    const { parameters, buffers } = await saveCheckpoint(t);
    const weights = await exportWeights(t.evaluated);
    t.dispose();
    return { parameters, buffers, weights };
  }

  it.each(METHOD_IDS)(
    'given %s, then no other switch changes anything, and each of them does',
    async (id) => {
      const named = CATALOGUE[id].switches;
      const before = await trained(id, []);
      const others = SWITCH_NAMES.filter((name) => !named.includes(name));
      expect(await trained(id, others)).toEqual(before);
      for (const name of named.filter((n) => !ELSEWHERE.includes(n)))
        expect(await trained(id, [name]), name).not.toEqual(before);
    },
  );

  it.each([
    [0.5, { autoBalance: false }],
    [1, { autoBalance: false, classificationWeight: 1 }],
    [0, { autoBalance: false, classificationWeight: 0 }],
  ] as const)(
    'given ARAT without auto-balance, then both of its cross-entropies have the weight %d',
    async (weight, changes) => {
      const t = tinyTrainer('arat', changes);
      t.balance = 0.8;
      await trainOn(t, 3);
      const { loss, terms } = t.takeMeans();
      const { ceAdv, ceClean, invariance } = terms!;
      expect(loss).toBeCloseTo(weight * (ceAdv + ceClean) + 4 * invariance, 4);
      t.dispose();
    },
  );

  it.each([
    ['trades', { beta: 0 }],
    ['mart', { beta: 0 }],
    ['lbgat', { beta: 0 }],
    ['arrest', { invarianceWeight: 0 }],
    ['arat', { invarianceWeight: 0 }],
  ] as const)(
    'given %s whose second term has weight 0, then there is no conflict to measure',
    async (id, none) => {
      for (const [changes, measured] of [
        [{}, true],
        [none, false],
      ] as const) {
        const t = tinyTrainer(id, changes);
        await trainOn(t, 5);
        expect(t.takeConflicts().length > 0).toBe(measured);
        t.dispose();
      }
    },
  );
});

describe('LBGAT', () => {
  it('given two networks, when a step is trained, then both have changed, and the weights file holds no part of the second', async () => {
    const t = tinyTrainer('lbgat');
    const name = 'natural.conv1.weight';
    const before = Float32Array.from(await t.network.trainable.get(name)!.data());
    const own = Float32Array.from(await t.network.trainable.get('conv1.weight')!.data());
    t.trainStep();
    await t.readMetrics(true);
    expect(await t.network.trainable.get(name)!.data()).not.toEqual(before);
    expect(await t.network.trainable.get('conv1.weight')!.data()).not.toEqual(own);
    expect(new TextDecoder('latin1').decode(await exportWeights(t.network))).not.toContain('natural.');
    t.dispose();
  });
});
