import 'fake-indexeddb/auto';
import { deleteDB, openDB } from 'idb';
import { describe, expect, it, vi } from 'vitest';
import { PRESETS } from '../core/experiments/presets.ts';
import { sealed, type RaceCheckpoint } from '../core/race/race-checkpoint.ts';
import { CheckpointStore, checkpointsOf } from './checkpoints.ts';

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
    expect(await other.offered()).toMatchObject({ runId: 'a', epoch: 2, stepsDone: 10, stepsTotal: 40 });
    expect(await other.read('a')).toEqual(state('a'));
    expect(await other.read('b')).toBeNull();
  });

  it('given several races, then the newest that no tab has is offered; given one forgotten, then only that one goes', async () => {
    const s = store();
    await s.keep(state('a'));
    await s.keep({ ...state('b'), savedAt: '2026-01-03T03:04:05.000Z' });
    expect((await s.offered())?.runId).toBe('b');
    expect((await s.offered(new Set(['b'])))?.runId).toBe('a');
    expect(await s.offered(new Set(['a', 'b']))).toBeNull();
    await s.forget('b');
    expect((await s.offered())?.runId).toBe('a');
    expect(await s.read('b')).toBeNull();
    expect(await s.read('a')).toEqual(state('a'));
  });

  it('given another tab that hangs within a transaction, then every call ends with a sentence or without a race, and works again later', async () => {
    const name = `blocked-${number++}`;
    await new CheckpointStore(name).keep(state('a'));
    const other = await openDB(name);
    const transaction = other.transaction(['states', 'summaries'], 'readwrite');
    let hangs = true;
    const hang = async () => {
      while (hangs) await transaction.objectStore('states').get('a');
    };
    const hanging = hang();
    const s = new CheckpointStore(name, null, 200);
    await expect(s.read('a')).rejects.toThrow('has not answered for 0.2 s: close other tabs');
    expect(await s.list()).toEqual([]);
    await expect(s.begin('b', PRESETS.quick)).rejects.toThrow('has not answered');
    await expect(s.keep(state('c'))).rejects.toThrow('has not answered');
    // In this worker, what could not be kept is there all the same.
    expect(await s.read('c')).toEqual(state('c'));
    hangs = false;
    await hanging;
    await transaction.done;
    expect(await s.read('a')).toEqual(state('a'));
    other.close();
  });

  it('given a race that has only begun, then it is offered with no step done, and there is no state of it', async () => {
    const s = store();
    await s.begin('a', PRESETS.quick);
    expect(await s.offered()).toMatchObject({ runId: 'a', config: PRESETS.quick, epoch: 0, stepsDone: 0 });
    expect(await s.read('a')).toBeNull();
    expect(await s.isUnfinished('a')).toBe(true);
  });

  it('given a race that is finished, then it is not offered, its state stays for its models, and goes once no tab has it', async () => {
    const s = store();
    await s.keep(state('a'));
    await s.finish('a');
    expect(await s.offered()).toBeNull();
    expect(await s.isUnfinished('a')).toBe(false);
    await s.prune(new Set(['a']));
    expect(await s.read('a')).toEqual(state('a'));
    await s.prune(new Set());
    expect(await s.read('a')).toBeNull();
  });

  it('given many races that nobody resumes, then the newest few stay', async () => {
    const s = store();
    for (let i = 1; i <= 6; i++) await s.keep({ ...state(`r${i}`), savedAt: `2026-01-0${i}T00:00:00.000Z` });
    await s.prune(new Set(['r1']));
    expect((await s.list()).map((r) => r.runId)).toEqual(['r6', 'r5', 'r4', 'r3', 'r1']);
  });

  it('given the one race that an earlier version kept, then it is offered, read, and forgotten', async () => {
    const name = `legacy-${number++}`;
    const database = await openDB(name, 1, {
      upgrade(d) {
        d.createObjectStore('states');
        d.createObjectStore('summaries');
      },
    });
    const { version: _, provenance: __, lanes: ___, checksum: ____, ...summary } = state('old');
    await database.put('states', state('old'), 'last');
    await database.put('summaries', summary, 'last');
    database.close();
    const s = new CheckpointStore(name);
    expect((await s.offered())?.runId).toBe('old');
    expect(await s.read('old')).toEqual(state('old'));
    await s.keep({ ...state('new'), savedAt: '2025-01-01T00:00:00.000Z' });
    await s.forget('old');
    expect((await s.offered())?.runId).toBe('new');
    expect(await s.read('old')).toBeNull();
  });

  it.each([
    ['closed under it', (_name: string, s: CheckpointStore) => closeUnder(s)],
    ['deleted', (name: string) => deleteDB(name)],
  ])('given a database %s, then the next state is kept all the same', async (_, harm) => {
    const name = `harmed-${number++}`;
    const s = new CheckpointStore(name);
    await s.keep(state('a'));
    await harm(name, s);
    await s.keep(state('b'));
    expect((await new CheckpointStore(name).read('b'))?.runId).toBe('b');
  });

  it('given stored settings of another version, then there is no summary and reading says why', async () => {
    const s = store();
    await s.keep(state('a', { config: { version: 99 } as never }));
    expect(await s.offered()).toBeNull();
    await expect(s.read('a')).rejects.toThrow(/settings are not valid/);
  });

  it('given a state that the browser refuses, then keeping rejects and this worker can still resume from it', async () => {
    const s = store();
    // Functions cannot be stored.
    const refused = { ...state('a'), extra: () => {} } as RaceCheckpoint;
    await expect(s.keep(refused)).rejects.toThrow();
    expect(await s.read('a')).toBe(refused);
    expect(await s.offered()).toBeNull();
  });

  it('given stored summaries of odd shapes, then none is offered, none throws, and a good one beside them is', async () => {
    const name = `odd-${number++}`;
    const s = new CheckpointStore(name);
    await s.keep(state('good'));
    await s.close();
    const good = (await s.list())[0];
    const odd: unknown[] = [
      null,
      7,
      'text',
      [],
      {},
      { ...good, runId: undefined },
      { ...good, runId: 5 },
      { ...good, config: undefined },
      { ...good, config: { ...PRESETS.quick, contestants: 'none' } },
      { ...good, epoch: 'two' },
      { ...good, stepsDone: Number.NaN },
      { ...good, stepsTotal: undefined },
      { ...good, savedAt: 'yesterday' },
      { ...good, savedAt: new Date() },
      { ...good, finished: 'no' },
    ];
    const database = await openDB(name);
    for (const [i, value] of odd.entries()) await database.put('summaries', value, `odd ${i}`);
    database.close();
    expect((await s.list()).map((r) => r.runId)).toEqual(['good']);
    await s.prune(new Set());
    expect((await s.offered())?.runId).toBe('good');
  });
});

/** As Safari does: the connection that the store has is closed, and nobody tells it. */
async function closeUnder(s: CheckpointStore): Promise<void> {
  const open = vi.spyOn(IDBDatabase.prototype, 'transaction');
  await s.list();
  (open.mock.contexts.at(-1) as IDBDatabase).close();
  open.mockRestore();
}

describe('races of sites in several folders of one origin', () => {
  const at = (folder: string) => checkpointsOf(`https://a.example/${folder}/`);

  it('given the race of an earlier version, then each folder offers it until it forgets it; new races are its own', async () => {
    const older = await openDB('arat-playground-checkpoints', 1, {
      upgrade(d) {
        d.createObjectStore('states');
        d.createObjectStore('summaries');
      },
    });
    const { runId, config, epoch, stepsDone, stepsTotal, savedAt } = state('old');
    await older.put('states', state('old'), 'last');
    await older.put('summaries', { runId, config, epoch, stepsDone, stepsTotal, savedAt }, 'last');
    older.close();
    const [a, b] = [at('a'), at('b')];
    expect((await a.offered())?.runId).toBe('old');
    expect(await a.read('old')).toEqual(state('old'));
    await a.keep(state('new'));
    await a.forget('old');
    await a.close();
    expect((await at('a').list()).map((r) => r.runId)).toEqual(['new']);
    expect((await b.list()).map((r) => r.runId)).toEqual(['old']);
  });
});
