import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../core/experiments/presets.ts';
import { sealed, type RaceCheckpoint } from '../core/race/race-checkpoint.ts';
import { CheckpointStore } from './checkpoints.ts';

let number = 0;
const store = () => new CheckpointStore(`checkpoints-${number++}`);

const state = (runId: string, changes: Partial<RaceCheckpoint> = {}): RaceCheckpoint =>
  sealed({
    version: 2,
    runId,
    config: PRESETS.quick,
    provenance: 'test',
    epoch: 2,
    stepsDone: 10,
    stepsTotal: 40,
    savedAt: '2026-01-02T03:04:05.000Z',
    lanes: [],
    ...changes,
  });

describe('CheckpointStore', () => {
  it('given a race kept, when another page looks, then it finds its summary and its state, and only under its own id', async () => {
    const name = `shared-${number++}`;
    await new CheckpointStore(name).keep(state('a'));
    const other = new CheckpointStore(name);
    expect(await other.summary()).toMatchObject({ runId: 'a', epoch: 2, stepsDone: 10, stepsTotal: 40 });
    expect(await other.read('a')).toEqual(state('a'));
    expect(await other.read('b')).toBeNull();
  });

  it('given a newer race, then it replaces the older; given one forgotten, then only that one goes', async () => {
    const s = store();
    await s.keep(state('a'));
    await s.keep(state('b'));
    await s.forget('a');
    expect((await s.summary())?.runId).toBe('b');
    await s.forget('b');
    expect(await s.summary()).toBeNull();
    await s.keep(state('c'));
    await s.forget();
    expect(await s.read('c')).toBeNull();
  });

  it('given stored settings of another version, then there is no summary and reading says why', async () => {
    const s = store();
    await s.keep(state('a', { config: { version: 99 } as never }));
    expect(await s.summary()).toBeNull();
    await expect(s.read('a')).rejects.toThrow(/settings are not valid/);
  });

  it('given a state that the browser refuses, then keeping rejects and this worker can still go on from it', async () => {
    const s = store();
    // Functions cannot be stored.
    const refused = { ...state('a'), extra: () => {} } as RaceCheckpoint;
    await expect(s.keep(refused)).rejects.toThrow();
    expect(await s.read('a')).toBe(refused);
    expect(await s.summary()).toBeNull();
  });
});
