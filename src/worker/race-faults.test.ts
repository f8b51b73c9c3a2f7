/**
 * What fails under a race in one worker: device, memory, storage, clock. The numbers stay those of a race that nothing
 * disturbed.
 */
import 'fake-indexeddb/auto';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { kernelThrows, readsReject, readsZeros, type Fault } from '../core/testing/faults.ts';
import { drawn, type Pick } from '../core/testing/drawn.ts';
import { parseRaceResult } from '../core/result/results-schema.ts';
import {
  atYields,
  CONFIG,
  digestsOf,
  freshName,
  notesOf,
  openTab,
  placesIn,
  resultOf,
  trainUndisturbed,
  type Tab,
  type Undisturbed,
} from './testing/faulty-engine.ts';

vi.mock('../core/data/load.ts', async (original) =>
  (await import('./testing/loaded-once.ts')).loadedOnce(await original()),
);

let whole: Undisturbed;
beforeAll(async () => void (whole = await trainUndisturbed()));

afterEach(() => void vi.restoreAllMocks());

/** Races CONFIG; `act` at yield point `place`. */
async function disturbed(
  place: number,
  act: (tab: Tab, sincePlace: number) => void,
  name = freshName(),
): Promise<Tab> {
  const tab = openTab(name);
  await tab.engine.initialise('wasm');
  const end = atYields((n) => {
    if (n >= place) act(tab, n - place);
  });
  try {
    await tab.engine.race('r', CONFIG, tab.onEvent);
  } finally {
    end();
  }
  return tab;
}

function expectUndisturbed(tab: Tab): void {
  expect(resultOf(tab)?.status).toBe('complete');
  expect(digestsOf(tab)).toEqual(whole.digests);
}

const WENT_ON = /(The race goes on from its last kept state|The race starts from the beginning)/;

/** `fault` at a drawn place; the device says that it is lost at the next yield point, or not at all. */
const deviceGoes = (fault: () => Fault, saidSometimes: boolean) => async (pick: Pick) => {
  const said = saidSometimes ? pick([true, false]) : true;
  const tab = await disturbed(pick(placesIn(whole)), ({ starts }, since) => {
    if (since === 0) fault();
    if (since === 1 && said) starts[0].onLost!('The GPU device was lost: test.');
  });
  expectUndisturbed(tab);
  const restarted = tab.starts.length === 2;
  expect(notesOf(tab)).toEqual(restarted ? [expect.stringMatching(WENT_ON)] : []);
  return restarted ? 'gone on' : 'over before it mattered';
};

describe('given a device', () => {
  drawn(
    'destroyed in a step, whether it says so or not, then it is started again and the race continues (fault: device-destroyed)',
    4,
    deviceGoes(readsReject, true),
    ['gone on'],
  );

  drawn(
    'whose context is lost and reads zeros, then it is started again and no zero stays in the result (fault: context-lost)',
    4,
    deviceGoes(readsZeros, false),
    ['gone on'],
  );

  drawn(
    'with no memory for a lane’s step, then the race fails with what it has, and resumed later reaches the same numbers (fault: lane-out-of-memory)',
    3,
    async (pick) => {
      const name = freshName();
      // The last step's yield points are followed by no kernel of a step.
      const place = pick(placesIn(whole, 'training').slice(0, -4));
      let fault: Fault | null = null;
      const failing = await disturbed(
        place,
        (_, since) => {
          if (since === 0)
            fault = kernelThrows('Multiply', 'memory access out of bounds', pick([0, 1, 5, 20]));
        },
        name,
      );
      fault!.repair();
      expect(resultOf(failing)?.status).toBe('failed');
      expect(failing.events.find((e) => e.type === 'error')).toMatchObject({
        message: 'memory access out of bounds',
      });
      const later = openTab(name);
      const offered = await later.store.offered();
      await later.engine.initialise('wasm');
      await later.engine.race('r', CONFIG, later.onEvent, offered !== null);
      expectUndisturbed(later);
      return offered ? 'gone on' : 'begun again';
    },
  );
});

/** From its `from`-th write on, IndexedDB has no room, until the function returned is called. */
function noRoom(from: number): () => void {
  const { put } = IDBObjectStore.prototype;
  let writes = 0;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args) {
    if (writes++ >= from) throw new DOMException('', 'QuotaExceededError');
    return put.apply(this, args);
  };
  return () => void (IDBObjectStore.prototype.put = put);
}

describe('given storage', () => {
  it('without room before a race, then the race is complete, and says once that its state is not kept (fault: quota-before-race)', async () => {
    const end = noRoom(0);
    const tab = await disturbed(0, () => {}).finally(end);
    expectUndisturbed(tab);
    expect(notesOf(tab)).toEqual([
      expect.stringMatching(/state of the race could not be kept \(.+\): it continues/),
    ]);
  });

  drawn(
    'that fills up within a race, then the race is complete, says so once, and the state kept before can be read (fault: quota-within-race)',
    3,
    async (pick) => {
      const name = freshName();
      // Two writes for each state kept, one for the race's beginning.
      const writes = pick([1, 2, 3, 4]);
      const end = noRoom(writes);
      const tab = await disturbed(0, () => {}, name).finally(end);
      expectUndisturbed(tab);
      expect(notesOf(tab)).toEqual([expect.stringMatching(/The state of the race could not be kept/)]);
      const kept = await openTab(name).store.read('r');
      expect(kept?.epoch ?? 0).toBe(writes >= 3 ? 1 : 0);
      return kept ? 'with a state' : 'without a state';
    },
    ['with a state', 'without a state'],
  );

  it('that is refused, as in a private window, then the race is complete and says once that its state is not kept (fault: indexeddb-blocked)', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    const tab = await disturbed(0, () => {});
    expectUndisturbed(tab);
    expect(notesOf(tab)).toEqual([
      expect.stringMatching(/The state of the race could not be kept \(.*insecure/),
    ]);
  });

  drawn(
    'that is deleted under a race, then the next state is kept anew and the race is complete (fault: indexeddb-deleted)',
    3,
    async (pick) => {
      const name = freshName();
      const tab = await disturbed(
        pick(placesIn(whole)),
        (_, since) => {
          if (since === 0) indexedDB.deleteDatabase(name);
        },
        name,
      );
      expectUndisturbed(tab);
      expect(notesOf(tab)).toEqual([]);
      return (await openTab(name).store.read('r')) ? 'kept anew' : 'over by then';
    },
    ['kept anew'],
  );

  drawn(
    'that closes under a race without a word, then the next state is kept all the same (fault: indexeddb-closing)',
    3,
    async (pick) => {
      const name = freshName();
      const opened = vi.spyOn(IDBDatabase.prototype, 'transaction');
      const tab = await disturbed(
        pick(placesIn(whole)),
        (_, since) => {
          if (since === 0) (opened.mock.contexts.at(-1) as IDBDatabase).close();
        },
        name,
      );
      opened.mockRestore();
      expectUndisturbed(tab);
      expect(notesOf(tab)).toEqual([]);
      expect((await openTab(name).store.read('r'))?.epoch).toBe(2);
      expect(await tab.store.offered()).toBeNull();
      return 'kept';
    },
  );
});

drawn(
  'given a clock that jumps, when a race runs over it, then its result is valid and no time is less than nothing (fault: clock-jump)',
  3,
  async (pick) => {
    const hours = pick([-26, -1, 1, 26]);
    let jumped = false;
    const jump = hours * 3_600_000;
    const date = Date.now.bind(Date);
    const clock = performance.now.bind(performance);
    vi.spyOn(Date, 'now').mockImplementation(() => date() + (jumped ? jump : 0));
    // The clock of the page never goes back, and keeps running while a computer sleeps.
    vi.spyOn(performance, 'now').mockImplementation(() => clock() + (jumped ? Math.max(0, jump) : 0));
    const tab = await disturbed(pick(placesIn(whole)), () => void (jumped = true));
    vi.restoreAllMocks();
    expectUndisturbed(tab);
    const stored: unknown = JSON.parse(JSON.stringify(resultOf(tab)));
    expect(parseRaceResult(stored)).toEqual(stored);
    for (const e of tab.events)
      if (e.type === 'progress') {
        expect(e.secondsLeft ?? 0).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(e.secondsLeft ?? 0)).toBe(true);
        expect(e.stepsDone).toBeLessThanOrEqual(e.stepsTotal);
      }
    for (const run of resultOf(tab)!.runs) expect(run.seconds).toBeGreaterThanOrEqual(0);
    return hours < 0 ? 'back' : 'ahead';
  },
);
