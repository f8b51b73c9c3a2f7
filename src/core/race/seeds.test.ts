import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { parseConfig, type ExperimentConfig } from '../settings/config.ts';
import { contestant } from '../experiments/contestant.ts';
import { parseRaceResult } from '../result/results-schema.ts';
import type { RunResult } from '../result/results.ts';
import { spreadOf } from '../result/spread.ts';
import type { RaceCheckpoint } from './race-checkpoint.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { keeper, tinyRace, type Watch } from './testing/tiny-race.ts';

const CONFIG: ExperimentConfig = { ...tinyConfig([contestant('at'), contestant('arat')]), repeats: 2 };

function make(config: ExperimentConfig, watch?: Watch, from?: RaceCheckpoint) {
  const { kept, checkpoints } = keeper();
  const { race, events } = tinyRace(config, watch, { checkpoints, from });
  return { race, events, kept };
}

/** What must not depend on the clock. */
const numbers = (runs: readonly RunResult[]) =>
  runs.map(({ imagesPerSecond: _, seconds: __, ...rest }) => rest);

async function whole(config: ExperimentConfig) {
  const { race, events } = make(config);
  const result = await race.run();
  race.dispose();
  return { result, events };
}

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

describe('a race over seeds', () => {
  it('given two seeds, then its runs are those of the two races, each with its seed, and nothing stays allocated', async () => {
    const before = tf.memory().numTensors;
    const { result, events } = await whole(CONFIG);
    expect(tf.memory().numTensors).toBe(before);
    expect(result.status).toBe('complete');
    expect(result.config).toEqual(CONFIG);
    const alone = [];
    for (const i of [0, 1])
      for (const run of (await whole({ ...CONFIG, seed: CONFIG.seed + i, repeats: 1 })).result.runs)
        alone.push({ ...run, seed: CONFIG.seed + i });
    expect(numbers(result.runs)).toEqual(numbers(alone));
    // The seeds make a difference, and the spread says so.
    const losses = result.runs.filter((r) => r.label === 'ARAT').map((r) => r.curves[1].loss!);
    expect(spreadOf(losses)!.sd).toBeGreaterThan(0);
    const json: unknown = JSON.parse(JSON.stringify(result));
    expect(parseRaceResult(json)).toEqual(json);
    // One result, one end; every curve's event names its seed.
    expect(events.filter((e) => e.type === 'result')).toHaveLength(1);
    expect(events.filter((e) => e.type === 'state' && e.state === 'complete')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'state', state: 'complete' });
    const seeds = events.flatMap((e) => (e.type === 'epoch' ? [e.seed] : []));
    expect(new Set(seeds)).toEqual(new Set([3, 4]));
    const steps = events.flatMap((e) => (e.type === 'progress' ? [e.stepsDone] : []));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    // Two seeds, two contestants, two epochs of four steps.
    expect(events.findLast((e) => e.type === 'progress')).toMatchObject({ stepsDone: 32, stepsTotal: 32 });
  });

  it('given one seed, then runs and events name no seed, as in earlier versions', async () => {
    const { result, events } = await whole({ ...CONFIG, repeats: 1 });
    expect(result.runs.some((r) => 'seed' in r)).toBe(false);
    expect(events.some((e) => 'seed' in e)).toBe(false);
  });

  it('given a stop within the second seed, when it is resumed from what was kept, then every number is that of a race never stopped', async () => {
    const { result: expected } = await whole(CONFIG);
    const first = make(CONFIG, (e, race) => {
      if (e.type === 'epoch' && e.seed === 4 && e.point.epoch === 1) race.control.stop();
    });
    const stopped = await first.race.run();
    first.race.dispose();
    expect(stopped.status).toBe('stopped');
    // The first seed's runs are whole, the second's have no final figures.
    expect(stopped.runs.map((r) => [r.seed, r.final !== null])).toEqual([
      [3, true],
      [3, true],
      [4, false],
      [4, false],
    ]);
    const from = first.kept.at(-1)!;
    expect(from.config).toEqual(CONFIG);
    expect([from.stepsDone, from.stepsTotal]).toEqual([24, 32]);
    const second = make(CONFIG, () => {}, from);
    const result = await second.race.run();
    second.race.dispose();
    expect(result.status).toBe('complete');
    expect(numbers(result.runs)).toEqual(numbers(expected.runs));
    const restored = second.events.find((e) => e.type === 'restored');
    expect(restored?.type === 'restored' && restored.runs.map((r) => r.seed)).toEqual([3, 3, 4, 4]);
  });

  it('given a state of other settings or with parts missing, then a sentence says why', async () => {
    const first = make(CONFIG, (e, race) => {
      if (e.type === 'epoch' && e.seed === 4) race.control.stop();
    });
    await first.race.run();
    first.race.dispose();
    const from = first.kept.at(-1)!;
    expect(() => make({ ...CONFIG, repeats: 3 }, () => {}, from)).toThrow(/settings are others/);
    expect(() => make(CONFIG, () => {}, { ...from, lanes: from.lanes.slice(1) })).toThrow(
      /parts of it are missing/,
    );
  });
});

it('given settings written before races had seeds, then they stand for one', () => {
  const { repeats: _, ...old } = CONFIG;
  expect(parseConfig(old)).toEqual({ ...old, repeats: 1 });
  expect(() => parseConfig({ ...old, repeats: 11 })).toThrow(/repeats/);
});
