import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { contestant } from '../experiments/contestant.ts';
import { parseRaceResult } from '../result/results-schema.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import type { RaceEvent } from './events.ts';
import { clockless, keeper, tinyRace } from './testing/tiny-race.ts';

/** Diverges after five steps, whatever trains beside it. */
const WILD = contestant('arat', { invarianceWeight: 1000, metric: 'mse' });
const CALM = [contestant('at'), contestant('trades')];

const config = (contestants = [CALM[0], WILD, CALM[1]], repeats = 1): ExperimentConfig => ({
  ...tinyConfig(contestants),
  repeats,
});

const failures = (events: readonly RaceEvent[]) =>
  events.flatMap((e) => (e.type === 'failure' ? [[e.label, e.seed, e.message]] : []));

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

describe('a race in which one contestant diverges', () => {
  it('given three contestants, then it ends alone with its reason, and the numbers of the others are those without it (fault: nan)', async () => {
    const alone = tinyRace(config(CALM));
    const expected = clockless((await alone.race.run()).runs);
    alone.race.dispose();
    const before = tf.memory().numTensors;
    const { race, events } = tinyRace(config());
    const result = await race.run();
    expect((await race.models()).map((t) => t.contestant.label)).toEqual(CALM.map((c) => c.label));
    race.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(result.status).toBe('complete');
    expect(clockless(result.runs.filter((r) => r.label !== WILD.label))).toEqual(expected);
    const [, wild] = result.runs;
    expect(wild.final).toBeNull();
    expect(wild.failure).toMatch(/^ARAT, invariance weight 1000, MSE .*diverged\. Lower the learning rate/);
    // What it measured before stays.
    expect(wild.curves.map((p) => p.epoch)).toEqual([0]);
    expect(wild.seconds).toBeGreaterThan(0);
    expect(failures(events)).toEqual([[WILD.label, undefined, wild.failure]]);
    expect(events.some((e) => e.type === 'error')).toBe(false);
    const json: unknown = JSON.parse(JSON.stringify(result));
    expect(parseRaceResult(json)).toEqual(json);
    const progress = events.findLast((e) => e.type === 'progress');
    expect(progress).toMatchObject({ stepsDone: progress!.stepsTotal });
  });

  it('given two seeds, then it fails in each, the others complete in each, and the race is complete', async () => {
    const { race, events } = tinyRace(config([CALM[0], WILD], 2));
    const result = await race.run();
    race.dispose();
    expect(result.status).toBe('complete');
    expect(result.runs.map((r) => [r.seed, r.label, r.final !== null, r.failure !== undefined])).toEqual(
      [3, 4].flatMap((seed) => [
        [seed, CALM[0].label, true, false],
        [seed, WILD.label, false, true],
      ]),
    );
    expect(failures(events).map(([label, seed]) => [label, seed])).toEqual([
      [WILD.label, 3],
      [WILD.label, 4],
    ]);
  });

  it('given a stop after it failed, when the race is resumed, then it stays failed and the others reach the same numbers', async () => {
    const whole = tinyRace(config());
    const expected = await whole.race.run();
    whole.race.dispose();
    const { kept, checkpoints } = keeper();
    let failed = false;
    const first = tinyRace(
      config(),
      (e, race) => {
        failed ||= e.type === 'failure';
        if (failed) race.control.stop();
      },
      { checkpoints },
    );
    expect((await first.race.run()).status).toBe('stopped');
    first.race.dispose();
    const second = tinyRace(config(), undefined, { from: kept.at(-1) });
    const result = await second.race.run();
    second.race.dispose();
    expect(result.status).toBe('complete');
    expect(clockless(result.runs)).toEqual(clockless(expected.runs));
    expect(result.runs[1].failure).toBe(expected.runs[1].failure);
    expect(failures(second.events)).toEqual([]);
  });

  it('given that every contestant diverges, then the race has failed and an error says so', async () => {
    const { race, events } = tinyRace(config([WILD, { ...WILD, label: 'the same' }]));
    const result = await race.run();
    race.dispose();
    expect(result.status).toBe('failed');
    expect(result.runs.every((r) => r.failure !== undefined)).toBe(true);
    expect(events.find((e) => e.type === 'error')).toMatchObject({
      message: expect.stringMatching(/^None of the 2 runs reached its end\. .* diverged/),
    });
  });
});
