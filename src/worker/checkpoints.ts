/**
 * States of unfinished races, kept in IndexedDB so that they outlive worker, tab and browser. One record per race, one
 * transaction per change.
 */
import { openDB, type IDBPDatabase } from 'idb';
import type { ExperimentConfig } from '../core/settings/config.ts';
import { openCheckpoint, type RaceCheckpoint } from '../core/race/race-checkpoint.ts';
import { within } from '../core/time-limit.ts';
import { ADOPTED, adoptRecords, databaseName } from '../core/site-storage.ts';
import { parseSummary, type InterruptedRace, type RaceSummary } from './race-summary.ts';

export type { InterruptedRace } from './race-summary.ts';

const DATABASE = 'arat-playground-checkpoints';
/** Version 2 also copies the races of an older database. */
const DATABASE_VERSION = 2;
/** `states` holds megabytes of weights, `summaries` what the page shows of them, both under the race's id. */
const STATES = 'states';
const SUMMARIES = 'summaries';
/** The key of the one race that earlier versions of this page kept. */
const LEGACY_KEY = 'last';
/** States are large: of races that nobody resumes, only the newest stay. */
const MOST_RACES = 4;
/** How long IndexedDB may take, in milliseconds: another tab that hangs within a transaction blocks it without end. */
const ANSWER_MS = 30_000;

type Stores = 'states' | 'summaries';

/** The worker writes and reads states; the page asks for the summaries. */
export class CheckpointStore {
  #database: Promise<IDBPDatabase> | null = null;
  /** What IndexedDB refused (private windows, no room): it serves a lost device, though not a dead worker. */
  #memory: RaceCheckpoint | null = null;
  #finishedInMemory = false;

  readonly #name: string;
  readonly #older: string | null;
  readonly #answerMs: number;

  /**
   * `older`: the database whose races are copied into this one, once. Every call that needs the database rejects with
   * an Error when it has not answered for `answerMs`.
   */
  constructor(name: string, older: string | null = null, answerMs = ANSWER_MS) {
    this.#name = name;
    this.#older = older;
    this.#answerMs = answerMs;
  }

  #open(): Promise<IDBPDatabase> {
    this.#database ??= this.#connect().catch((error: unknown) => {
      this.#database = null;
      throw error;
    });
    return this.#database;
  }

  async #connect(): Promise<IDBPDatabase> {
    const forget = () => (this.#database = null);
    const database = await openDB(this.#name, DATABASE_VERSION, {
      upgrade(database) {
        for (const store of [STATES, SUMMARIES, ADOPTED])
          if (!database.objectStoreNames.contains(store)) database.createObjectStore(store);
      },
      // The site's data is being deleted, or a later version of the page opens it: let it, and connect again at the
      // next call.
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        forget();
      },
      // Safari closes connections of pages in the background.
      terminated: forget,
    });
    // Where it fails, as without room, it is tried again with the next connection.
    if (this.#older !== null) await adoptRecords(database, this.#older, [STATES, SUMMARIES]).catch(() => {});
    return database;
  }

  /** Does `work` on an open connection, within the time that it may take. */
  async #connected<T>(work: (database: IDBPDatabase) => Promise<T>): Promise<T> {
    return within(this.#reconnected(work), this.#answerMs, () => {
      const seconds = this.#answerMs / 1000;
      throw new Error(
        `The browser's storage has not answered for ${seconds} s: close other tabs of this page.`,
      );
    });
  }

  /** On a new connection if the old one was closed without an event. */
  async #reconnected<T>(work: (database: IDBPDatabase) => Promise<T>): Promise<T> {
    const database = await this.#open();
    try {
      return await work(database);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw error;
      this.#database = null;
      return work(await this.#open());
    }
  }

  #change(work: (put: (store: Stores, key: string, value: unknown) => void) => void): Promise<void> {
    return this.#connected(async (database) => {
      const transaction = database.transaction([STATES, SUMMARIES], 'readwrite');
      const done: Promise<unknown>[] = [transaction.done];
      try {
        work((store, key, value) => {
          const target = transaction.objectStore(store);
          done.push(value === undefined ? target.delete(key) : target.put(value, key));
        });
      } catch (error) {
        transaction.abort();
        await Promise.allSettled(done);
        throw error;
      }
      await Promise.all(done);
    });
  }

  /** Notes that race `runId` begins: cut off before its first state is kept, it is offered from its start. */
  begin(runId: string, config: ExperimentConfig): Promise<void> {
    const savedAt = new Date().toISOString();
    const summary: RaceSummary = { runId, config, epoch: 0, stepsDone: 0, stepsTotal: 0, savedAt };
    return this.#change((put) => {
      put(STATES, runId, undefined);
      put(SUMMARIES, runId, summary);
    });
  }

  /**
   * Keeps `state` in place of what was kept of its race. Rejects when the browser refuses; `read` still gives it, in
   * this worker.
   */
  async keep(state: RaceCheckpoint): Promise<void> {
    const { runId, config, epoch, stepsDone, stepsTotal, savedAt } = state;
    const summary: RaceSummary = { runId, config, epoch, stepsDone, stepsTotal, savedAt };
    this.#memory = state;
    this.#finishedInMemory = false;
    await this.#change((put) => {
      put(STATES, runId, state);
      put(SUMMARIES, runId, summary);
    });
    this.#memory = null;
  }

  /** The state of race `runId`, finished or not, or null. Rejects with a sentence where it cannot be used. */
  async read(runId: string): Promise<RaceCheckpoint | null> {
    if (this.#memory?.runId === runId) return this.#memory;
    const find = async (database: IDBPDatabase) =>
      (await database.get(STATES, runId)) ?? (await database.get(STATES, LEGACY_KEY));
    const state = (await this.#connected(find)) as RaceCheckpoint | undefined;
    return state?.runId === runId ? openCheckpoint(state) : null;
  }

  /**
   * Every race of which something is kept, newest first. What cannot be read is left out. Empty where the browser
   * keeps nothing.
   */
  async list(): Promise<RaceSummary[]> {
    try {
      const all = await this.#connected((database) => database.getAll(SUMMARIES));
      const readable = all.map(parseSummary).filter((s) => s !== null);
      return readable.sort((a, b) => Date.parse(b.savedAt) - Date.parse(a.savedAt));
    } catch {
      return [];
    }
  }

  /** The newest unfinished race that is not in `inUse`, the races of open tabs; or null. */
  async offered(inUse: ReadonlySet<string> = new Set()): Promise<InterruptedRace | null> {
    const races = await this.list();
    return races.find(({ runId, finished }) => !finished && !inUse.has(runId)) ?? null;
  }

  /** Whether race `runId` has begun and not ended. */
  async isUnfinished(runId: string): Promise<boolean> {
    const races = await this.list();
    if (this.#memory?.runId === runId) return !this.#finishedInMemory;
    return races.some((r) => r.runId === runId && !r.finished);
  }

  /** Race `runId` is complete: it is offered no more, and its state stays for the models, until `prune` or `forget`. */
  async finish(runId: string): Promise<void> {
    if (this.#memory?.runId === runId) this.#finishedInMemory = true;
    const race = (await this.list()).find((r) => r.runId === runId);
    if (!race) return;
    const keys = await this.#keysOf(runId);
    await this.#change((put) => {
      for (const key of keys) put(SUMMARIES, key, { ...race, finished: true });
    });
  }

  /** Drops what no tab needs: finished races, and unfinished ones beyond the newest few. */
  async prune(inUse: ReadonlySet<string>): Promise<void> {
    const free = (await this.list()).filter(({ runId }) => !inUse.has(runId));
    const unfinished = free.filter(({ finished }) => !finished);
    const gone = [...free.filter(({ finished }) => finished), ...unfinished.slice(MOST_RACES)];
    for (const { runId } of gone) await this.forget(runId);
  }

  /** Forgets race `runId`. */
  async forget(runId: string): Promise<void> {
    if (this.#memory?.runId === runId) this.#memory = null;
    const keys = await this.#keysOf(runId);
    await this.#change((put) => {
      for (const key of keys) {
        put(SUMMARIES, key, undefined);
        put(STATES, key, undefined);
      }
    });
  }

  async #keysOf(runId: string): Promise<string[]> {
    const legacy: unknown = await this.#connected((database) => database.get(SUMMARIES, LEGACY_KEY));
    return parseSummary(legacy)?.runId === runId ? [runId, LEGACY_KEY] : [runId];
  }

  async close(): Promise<void> {
    const database = await this.#database?.catch(() => null);
    this.#database = null;
    database?.close();
  }
}

/** The races of the site at `base`, with the one that earlier versions kept for all folders. */
export const checkpointsOf = (base: string | undefined): CheckpointStore =>
  new CheckpointStore(databaseName(DATABASE, base), DATABASE);
