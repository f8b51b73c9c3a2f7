import 'fake-indexeddb/auto';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { initialiseBackend } from '../core/backend/backend.ts';
import { PRESETS } from '../core/experiments/presets.ts';
import { Crew } from '../core/race/crew.ts';
import type { RaceEvent } from '../core/race/events.ts';
import { channelWorkers } from '../core/race/testing/channel-crew.ts';
import { digestOf } from '../core/result/node-digest.ts';
import { CheckpointStore } from './checkpoints.ts';
import { Engine } from './engine.ts';
import { onCoresWords, workersFor, type StartCrew } from './lanes.ts';
import { CONFIG, freshName } from './testing/faulty-engine.ts';

vi.mock('../core/data/load.ts', async (original) =>
  (await import('./testing/loaded-once.ts')).loadedOnce(await original()),
);

async function raced(createCrew: StartCrew) {
  const store = new CheckpointStore(freshName());
  const engine = new Engine('http://localhost/', { appVersion: '1' }, initialiseBackend, store, createCrew);
  const events: RaceEvent[] = [];
  await engine.initialise('wasm');
  await engine.race('r', CONFIG, (e) => void events.push(e));
  const result = events.findLast((e) => e.type === 'result')?.result;
  return { engine, events, digests: result?.runs.map((run) => `${run.label} ${digestOf(run)}`) };
}

const REQUEST = { index: 1, attack: 'pgd-20', norm: 'linf', eps: 8 / 255, iterations: 2, seed: 1 } as const;

let inTurn: Awaited<ReturnType<typeof raced>>;
beforeAll(async () => void (inTurn = await raced(async () => null)));
afterEach(() => new Promise((resolve) => setTimeout(resolve, 50)));

describe('an engine whose machine has several cores', () => {
  it('given a race on two of them, then its numbers, its device, and the models for viewer and export are right', async () => {
    const onCores = await raced((_, { backend, arithmetic }) =>
      Crew.start(2, { open: channelWorkers(undefined, arithmetic).open, backend, arithmetic }),
    );
    expect(onCores.digests).toEqual(inTurn.digests);
    expect(onCores.events.find((e) => e.type === 'backend')).toMatchObject({
      device: expect.stringMatching(/^WebAssembly with SIMD: 2 contestants on 2 cores$/),
    });
    expect(await onCores.engine.example(REQUEST)).toEqual(await inTurn.engine.example(REQUEST));
    const weights = (engine: Engine) => engine.weights(CONFIG.contestants[1].label);
    expect(await weights(onCores.engine)).toEqual(await weights(inTurn.engine));
  });

  it('given that no worker can be started, then a note says why, and the race takes turns to the same numbers', async () => {
    const { events, digests } = await raced(() => Promise.reject(new Error('blocked by policy.')));
    expect(events.find((e) => e.type === 'note')).toMatchObject({
      message: 'Contestants train in turn: no worker could be started for them (blocked by policy).',
    });
    expect(digests).toEqual(inTurn.digests);
  });
});

it('given cores and memory, then a race has as many workers as it has lanes, cores and half of the memory allow', () => {
  const { quick } = PRESETS;
  const machine = { cores: 8, megabytes: 8192, isolated: false };
  expect(workersFor(quick, machine)).toBe(4);
  expect(workersFor({ ...quick, repeats: 3 }, machine)).toBe(8);
  expect(workersFor(quick, { ...machine, cores: 2 })).toBe(2);
  expect(workersFor(quick, { ...machine, megabytes: 512 })).toBe(1);
  expect(workersFor({ ...quick, contestants: quick.contestants.slice(0, 1) }, machine)).toBe(1);
});

it('given a device, then its words say how many contestants train on how many cores', () => {
  expect(onCoresWords('WebAssembly on 4 CPU threads with SIMD', 4, 4)).toBe(
    'WebAssembly with SIMD: 4 contestants on 4 cores',
  );
});
