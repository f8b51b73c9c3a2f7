import 'fake-indexeddb/auto';
import { leftOutOf } from '../../core/settings/known.ts';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { withStyles } from '../charts/identity.ts';
import { contentId, defaultName, summaryOf } from './record.ts';
import { RunStore, runsOf, StorageError } from './runs.ts';

let count = 0;
let name: string;
let store: RunStore;
beforeEach(() => {
  name = `runs-test-${count++}`;
  store = new RunStore(name);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await store.close();
});
const race = (seed = 1) => sampleRace({ epochs: 2, seed });
/** Writes a record without `RunStore`, as another version of the page could have. */
const writeRaw = async (record: unknown) => {
  const database = await openDB(name, undefined, {
    upgrade: (d) => void d.createObjectStore('runs', { keyPath: 'id' }),
  });
  await database.put('runs', record);
  database.close();
};

const noRoomError = () => new DOMException('', 'QuotaExceededError');
const noRoom = () => {
  throw noRoomError();
};

describe('saved runs', () => {
  it('given a saved result, when listed by a new connection, then it is there unchanged with a name and a date', async () => {
    await store.save(race());
    const { runs, damaged } = await new RunStore(name).list();
    expect(damaged).toEqual([]);
    expect(runs).toHaveLength(1);
    expect((await store.read(runs[0].id)).result).toEqual(withStyles(race()));
    expect(runs[0].name).toBe(defaultName(race()));
    expect(Number.isNaN(Date.parse(runs[0].createdAt))).toBe(false);
  });

  it('given a saved result, when it is saved again under another name, then it is kept once, under its first name', async () => {
    await store.save(race(), 'first');
    expect((await store.save(race(), 'second')).name).toBe('first');
    expect((await store.list()).runs).toHaveLength(1);
  });

  it('given several results, when listed, then the newest comes first', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      for (const [i, day] of ['2026-01-02', '2026-01-03', '2026-01-01'].entries()) {
        vi.setSystemTime(new Date(day));
        await store.save(race(i), day);
      }
      expect((await store.list()).runs.map((r) => r.name)).toEqual([
        '2026-01-03',
        '2026-01-02',
        '2026-01-01',
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('given a run, when renamed to spaces, then it gets its default name; when renamed to text, then it gets that text, trimmed', async () => {
    const { id } = await store.save(race(), 'old');
    expect((await store.rename(id, '  new  ')).name).toBe('new');
    expect((await store.list()).runs[0].name).toBe('new');
    expect((await store.rename(id, '   ')).name).toBe(defaultName(race()));
  });

  it('given a deleted run, when the deletion is undone, then it is back with its name and date', async () => {
    const saved = await store.save(race(), 'keep me');
    const undo = await store.remove(saved.id);
    expect((await store.list()).runs).toEqual([]);
    await undo();
    expect((await store.list()).runs).toEqual([summaryOf(saved)]);
    expect(await store.read(saved.id)).toEqual(saved);
  });

  it('given a run that is not kept, when renamed, then the message says so', async () => {
    await expect(store.rename('gone', 'x')).rejects.toThrow(/no longer kept/);
  });

  it('given a subscription, when runs change, then each change calls back until it is cancelled', async () => {
    const heard = vi.fn();
    const stop = store.subscribe(heard);
    const { id } = await store.save(race());
    await store.rename(id, 'x');
    const undo = await store.remove(id);
    await undo();
    expect(heard).toHaveBeenCalledTimes(4);
    stop();
    await store.rename(id, 'y');
    expect(heard).toHaveBeenCalledTimes(4);
  });
});

/** 32-bit FNV-1a over UTF-16 code units, written as it is defined. */
function fnv(text: string, offset: number): string {
  let hash = offset;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

it.each([race(), { ...race(), runs: [] }, { ...race(), device: 'ε, “quoted” \\ and \n' }])(
  'given a result with or without styles, then its id, hashed in parts, is the hash of its whole JSON without them',
  async (result) => {
    const text = JSON.stringify(result);
    const id = fnv(text, 0x811c9dc5) + fnv(text, 0x9747b28c);
    expect([await contentId(result), await contentId(withStyles(result))]).toEqual([id, id]);
  },
);

describe('damaged records', () => {
  it.each([
    ['nothing but an id', { id: 'bad' }],
    [
      'a result of the wrong shape',
      { id: 'bad', name: 'x', createdAt: '2026-01-01', result: { version: 1 } },
    ],
    [
      'an accuracy out of range',
      {
        id: 'bad',
        result: {
          ...race(),
          runs: [{ ...race().runs[0], final: { clean: 3, robust: 0, n: 1, attack: '' } }],
        },
      },
    ],
  ])(
    'given %s beside a good run, when listed, then the good run is there and the bad one is reported',
    async (_, bad) => {
      await writeRaw(bad);
      const saved = await store.save(race());
      const { runs, damaged } = await store.list();
      expect(runs).toEqual([summaryOf(saved)]);
      expect(damaged.map((d) => d.id)).toEqual(['bad']);
      expect(damaged[0].message).not.toBe('');
    },
  );

  it('given a damaged record, when removed and put back, then it is as it was', async () => {
    await writeRaw({ id: 'bad', other: 1 });
    const undo = await store.remove('bad');
    expect((await store.list()).damaged).toEqual([]);
    await undo();
    expect((await store.list()).damaged.map((d) => d.id)).toEqual(['bad']);
  });

  it('given a record of a newer format, when listed, then the message names the newer version', async () => {
    await writeRaw({ id: 'future', result: { ...race(), version: 99 } });
    expect((await store.list()).damaged[0].message).toMatch(/newer version/);
  });

  it('given unknown fields, an invalid name and an invalid date, when listed, then the run is normalised', async () => {
    await writeRaw({
      id: 'odd',
      name: 42,
      createdAt: 'yesterday',
      extra: true,
      result: { ...race(), later: 1 },
    });
    const { runs } = await store.list();
    expect(runs[0]).toEqual({
      id: 'odd',
      name: defaultName(race()),
      createdAt: race().finishedAt,
      result: summaryOf({ id: '', name: '', createdAt: '', result: race() }).result,
    });
    expect((await store.read('odd')).result).toEqual(race());
  });

  it('given a run of a newer version, when renamed, then fields that this version does not know stay in the record and are still reported as left out', async () => {
    const newer = structuredClone(race()) as unknown as { config: Record<string, unknown> };
    newer.config.warmUp = 3;
    await writeRaw({ id: 'newer', name: 'old', createdAt: '2026-01-01', result: newer, later: 1 });
    await store.rename('newer', 'new');
    expect((await store.list()).runs[0].name).toBe('new');
    const run = await store.read('newer');
    expect([run.name, run.result]).toEqual(['new', race()]);
    expect(leftOutOf(run.result)).toEqual(['setting “warmUp”']);
  });

  it('given a damaged copy under the same id, when the result is saved again, then the good copy replaces it', async () => {
    const { id } = await store.save(race());
    await writeRaw({ id, result: null });
    await store.save(race());
    const { runs, damaged } = await store.list();
    expect([runs.length, damaged.length]).toEqual([1, 0]);
  });
});

describe('the list, which is read from summaries', () => {
  /** Returns a function that counts the reads from the store of whole runs. */
  const wholeReads = () => {
    const get = vi.spyOn(IDBObjectStore.prototype, 'get');
    const getAll = vi.spyOn(IDBObjectStore.prototype, 'getAll');
    return () =>
      [...get.mock.contexts, ...getAll.mock.contexts].filter((s) => (s as IDBObjectStore).name === 'runs')
        .length;
  };
  afterEach(() => void vi.restoreAllMocks());

  it('given saved and renamed runs, when listed again and again, then no whole run is read', async () => {
    for (let seed = 0; seed < 5; seed++) await store.save(race(seed), `run ${seed}`);
    await store.rename((await store.list()).runs[0].id, 'renamed');
    const reads = wholeReads();
    for (let i = 0; i < 3; i++) expect((await new RunStore(name).list()).runs).toHaveLength(5);
    expect(reads()).toBe(0);
    expect((await store.list()).runs.map((r) => r.name)).toContain('renamed');
  });

  it('given a run kept by the version before, which had no summaries, when listed twice, then it is read only for the first list', async () => {
    const whole = { id: 'old', name: 'old', createdAt: '2026-01-01T00:00:00Z', result: race() };
    await writeRaw(whole);
    const reads = wholeReads();
    expect((await store.list()).runs).toEqual([summaryOf(whole)]);
    expect(reads()).toBe(1);
    expect((await store.list()).runs).toEqual([summaryOf(whole)]);
    expect(reads()).toBe(1);
    expect(await store.read('old')).toEqual(whole);
  });

  it('given a damaged summary, when listed, then it is made again from the run', async () => {
    const saved = await store.save(race());
    const database = await openDB(name);
    await database.put('summaries', { id: saved.id, result: null });
    database.close();
    expect(await store.list()).toEqual({ runs: [summaryOf(saved)], damaged: [] });
  });

  it('given a run that was damaged after it was listed, when opened, then the message says what is wrong with it', async () => {
    const { id } = await store.save(race());
    await writeRaw({ id, result: { version: 1 } });
    await expect(store.read(id)).rejects.toThrow(/not a race result/);
    await expect(store.read('gone')).rejects.toThrow(/no longer kept/);
  });
});

describe('a browser that refuses to store', () => {
  it.each([
    ['at once', () => vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(noRoom)],
    [
      'when the transaction ends',
      () => {
        const { put } = IDBObjectStore.prototype;
        vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value) {
          const request = put.call(this, value);
          if (this.name !== 'summaries') return request;
          // Browsers may notice this late: they abort the transaction, and its requests fail with an AbortError.
          Object.defineProperty(this.transaction, 'error', { get: noRoomError });
          this.transaction.abort();
          return request;
        });
      },
    ],
  ])(
    'given no room left, which the browser notices %s, when saved, then the message says so and nothing is kept',
    async (_, full) => {
      full();
      await expect(store.save(race())).rejects.toThrow(/no room left for this run/);
      vi.restoreAllMocks();
      expect((await store.list()).runs).toEqual([]);
    },
  );

  it('given an error without a message, when listed, then the message contains the error’s name', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('', 'SecurityError');
      },
    });
    await expect(store.list()).rejects.toThrow(/\(SecurityError\)/);
  });

  it('given no IndexedDB, when listed, then the message says what to do instead', async () => {
    vi.stubGlobal('indexedDB', undefined);
    await expect(store.list()).rejects.toThrow(StorageError);
    await expect(store.list()).rejects.toThrow(/export them as JSON/);
  });

  it('given IndexedDB that refused to open, when it works again, then the store works again', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
    await expect(store.save(race())).rejects.toThrow(/private window/);
    vi.unstubAllGlobals();
    await store.save(race());
    expect((await store.list()).runs).toHaveLength(1);
  });

  it('given a database of a newer version, when listed, then the message names the newer version', async () => {
    (await openDB(name, 9)).close();
    await expect(store.list()).rejects.toThrow(/newer version/);
  });

  it('given a result that is not valid, when saved, then it is refused and nothing is kept', async () => {
    await expect(store.save({ ...race(), runs: [race().runs[0], race().runs[0]] })).rejects.toThrow(
      /labels must differ/,
    );
    expect((await store.list()).runs).toEqual([]);
  });
});

describe('runs of sites in several folders of one origin', () => {
  const at = (folder: string) => runsOf(`https://a.example/${folder}/`);

  it('given runs of an earlier version, then each folder gets them once; when a folder adds or deletes runs, then only its own list changes', async () => {
    const older = await openDB('arat-playground-runs', 1, {
      upgrade: (d) => void d.createObjectStore('runs', { keyPath: 'id' }),
    });
    const kept = await store.save(race(1), 'kept earlier');
    await older.put('runs', kept);
    const [a, b] = [at('a'), at('b')];
    expect((await a.list()).runs.map((r) => r.name)).toEqual(['kept earlier']);
    await a.save(race(2), 'of a');
    await a.remove(kept.id);
    expect((await b.list()).runs.map((r) => r.name)).toEqual(['kept earlier']);
    await a.close();
    expect((await at('a').list()).runs.map((r) => r.name)).toEqual(['of a']);
    expect((await b.list()).runs.map((r) => r.name)).toEqual(['kept earlier']);
    expect(await older.count('runs')).toBe(1);
    older.close();
  });
});
