/**
 * Runs saved in this browser (IndexedDB). Every change is one transaction, so that a crash leaves either the old or the
 * new state. Records are validated when read: a damaged one is reported and left as it is, and the others are read.
 *
 * Each run has a summary (`summaryOf`) in a second store, and the list is read from summaries only: reading fifty whole
 * runs at every return to the tab took 0.7 s of the main thread.
 */
import { openDB, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import { parseRaceResultInParts } from '../../core/result/results-schema.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { errorMessage } from '../../core/error-message.ts';
import { ADOPTED, adoptRecords, databaseName, pageBase } from '../../core/site-storage.ts';
import { withStyles } from '../charts/identity.ts';
import { timeOf } from '../shared/dates.ts';
import { pauses } from '../shared/pauses.ts';
import { cleanName, contentId, parseRecord, summaryOf, type SavedRun } from './record.ts';

const DATABASE = 'arat-playground-runs';
/**
 * Version 1 had no summaries: they are made from the runs when the list is first read. Version 2 did not copy the runs
 * of an older database.
 */
const DATABASE_VERSION = 3;
const STORE = 'runs';
const SUMMARIES = 'summaries';
const GONE = 'This run is no longer kept: it was deleted, perhaps in another tab.';

/** Storing or reading failed; `message` is one sentence for the page. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** A record that cannot be shown. */
export interface DamagedRun {
  readonly id: string;
  readonly message: string;
}

export interface RunList {
  /** Summaries, newest first; `read` gives a whole run. */
  readonly runs: readonly SavedRun[];
  readonly damaged: readonly DamagedRun[];
}

function readable(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const name = error instanceof DOMException || error instanceof Error ? error.name : '';
  if (name === 'QuotaExceededError')
    return new StorageError(
      'The browser has no room left for this run: delete saved runs, or export it as JSON.',
    );
  if (name === 'VersionError')
    return new StorageError(
      'The saved runs belong to a newer version of this page: reload the page to update it.',
    );
  return new StorageError(
    `Runs cannot be kept in this browser (${errorMessage(error)}). In a private window, or with site data blocked, export runs as JSON instead.`,
  );
}

async function withReadableErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw readable(error);
  }
}

async function orStorageError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new StorageError(errorMessage(error));
  }
}

type Changes = IDBPTransaction<unknown, StoreNames<unknown>[], 'readwrite'>;

/**
 * Does `work` in one transaction on both stores. If the transaction fails, rejects with its error, not with the
 * AbortError of a request in it.
 */
async function change<T>(database: IDBPDatabase, work: (transaction: Changes) => Promise<T>): Promise<T> {
  const transaction = database.transaction([STORE, SUMMARIES], 'readwrite');
  try {
    const [value] = await Promise.all([work(transaction), transaction.done]);
    return value;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // The transaction has already ended.
    }
    const reason: unknown = await transaction.done.then(
      () => error,
      (why: unknown) => why,
    );
    throw isAbort(error) ? reason : error;
  }
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

async function put(transaction: Changes, run: SavedRun): Promise<void> {
  await transaction.objectStore(STORE).put(run);
  await transaction.objectStore(SUMMARIES).put(summaryOf(run));
}

/** The saved runs of one database. Methods reject with `StorageError` only. */
export class RunStore {
  #database: Promise<IDBPDatabase> | null = null;
  readonly #listeners = new Set<() => void>();

  readonly #name: string;
  readonly #older: string | null;

  /** `older`: a database whose runs are copied into this one, once; null for none. */
  constructor(name: string, older: string | null = null) {
    this.#name = name;
    this.#older = older;
  }

  #open(): Promise<IDBPDatabase> {
    this.#database ??= this.#connect().catch((error: unknown) => {
      this.#database = null;
      throw error;
    });
    return this.#database;
  }

  async #connect(): Promise<IDBPDatabase> {
    if (typeof indexedDB === 'undefined')
      throw new StorageError(
        'This browser offers no IndexedDB, so runs cannot be kept: export them as JSON.',
      );
    const forget = () => {
      this.#database = null;
    };
    const database = await openDB(this.#name, DATABASE_VERSION, {
      upgrade(database) {
        if (!database.objectStoreNames.contains(ADOPTED)) database.createObjectStore(ADOPTED);
        for (const store of [STORE, SUMMARIES])
          if (!database.objectStoreNames.contains(store))
            database.createObjectStore(store, { keyPath: 'id' });
      },
      // Another tab wants to upgrade: let it, and reconnect at the next call.
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    });
    // If the copy fails, e.g. for lack of room, the next connection tries again.
    if (this.#older !== null) await adoptRecords(database, this.#older, [STORE, SUMMARIES]).catch(() => {});
    return database;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after every change made through this object. Returns a function that stops the calls. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  list(): Promise<RunList> {
    return withReadableErrors(async () => {
      const database = await this.#open();
      const reading = database.transaction([STORE, SUMMARIES]);
      const [ids, summaries] = await Promise.all([
        reading.objectStore(STORE).getAllKeys(),
        reading.objectStore(SUMMARIES).getAll() as Promise<{ readonly id: IDBValidKey }[]>,
      ]);
      const known = new Map(summaries.map((summary) => [summary.id, summary]));
      const runs: SavedRun[] = [];
      const damaged: DamagedRun[] = [];
      // One at a time: reading all whole runs in one request would block the page for longer with every run.
      for (const id of ids) {
        const summary = known.get(id);
        const read = summary && (await parseRecord(summary).catch(() => null));
        try {
          const run = read ?? (await this.#summarise(database, id));
          if (run) runs.push(run);
        } catch (error) {
          damaged.push({ id: String(id), message: errorMessage(error) });
        }
      }
      runs.sort((a, b) => timeOf(b.createdAt) - timeOf(a.createdAt));
      return { runs, damaged };
    });
  }

  /**
   * Makes and stores the summary of a run that has none or an unreadable one. Resolves to null if the run was deleted
   * meanwhile. Rejects if the run is damaged.
   */
  async #summarise(database: IDBPDatabase, id: IDBValidKey): Promise<SavedRun | null> {
    const record: unknown = await database.get(STORE, id);
    if (record === undefined) return null;
    const summary = summaryOf(await parseRecord(record));
    // Ignore a failure, e.g. for lack of room: without a stored summary, the next list only takes longer.
    await change(database, async (transaction) => {
      const there = (await transaction.objectStore(STORE).getKey(id)) !== undefined;
      if (there) await transaction.objectStore(SUMMARIES).put(summary);
    }).catch(() => {});
    return summary;
  }

  /** The whole run, validated. */
  read(id: string): Promise<SavedRun> {
    return withReadableErrors(async () => {
      const record: unknown = await (await this.#open()).get(STORE, id);
      if (record === undefined) throw new StorageError(GONE);
      return orStorageError(() => parseRecord(record));
    });
  }

  /**
   * Saves a result. One that is saved already stays as it is, with its name; only a new stress test replaces the
   * stored one. Rejects if the result is not valid.
   */
  save(result: RaceResult, name?: string, imported = false): Promise<SavedRun> {
    return withReadableErrors(async () => {
      const valid = await orStorageError(() => parseRaceResultInParts(result, pauses()));
      const run: SavedRun = {
        id: await contentId(valid),
        name: cleanName(name, valid),
        createdAt: new Date().toISOString(),
        result: withStyles(valid),
        ...(imported && { imported: true as const }),
      };
      const database = await this.#open();
      // Read and validate before the transaction, which would end while the validation yields to the page.
      const before: unknown = await database.get(STORE, run.id);
      const existing = before === undefined ? null : await parseRecord(before).catch(() => null);
      if (existing) {
        if (!valid.report || JSON.stringify(valid.report) === JSON.stringify(existing.result.report))
          return existing;
        return this.#withReport(database, existing, valid.report);
      }
      await change(database, async (transaction) => {
        const now: unknown = await transaction.objectStore(STORE).get(run.id);
        // Replace a damaged copy under this id. A record that another tab saved meanwhile stays: it is the same result.
        if (now === undefined || before !== undefined) await put(transaction, run);
      });
      this.#changed();
      return run;
    });
  }

  async #withReport(
    database: IDBPDatabase,
    run: SavedRun,
    report: NonNullable<RaceResult['report']>,
  ): Promise<SavedRun> {
    const tested = { ...run, result: { ...run.result, report } };
    await change(database, async (transaction) => {
      const record: unknown = await transaction.objectStore(STORE).get(run.id);
      if (record === undefined) throw new StorageError(GONE);
      const { result } = record as { result: object };
      await transaction.objectStore(STORE).put({ ...record, result: { ...result, report } });
    });
    this.#changed();
    return tested;
  }

  /** Renames a run; an empty name becomes the default name. */
  rename(id: string, name: string): Promise<SavedRun> {
    return withReadableErrors(async () => {
      const database = await this.#open();
      const run = await this.read(id);
      const renamed = { ...run, name: cleanName(name, run.result) };
      await change(database, async (transaction) => {
        const record: unknown = await transaction.objectStore(STORE).get(id);
        if (record === undefined) throw new StorageError(GONE);
        // Put the record as stored, not as parsed, so that fields of a newer version stay.
        await transaction.objectStore(STORE).put({ ...(record as object), name: renamed.name });
        await transaction.objectStore(SUMMARIES).put(summaryOf(renamed));
      });
      this.#changed();
      return renamed;
    });
  }

  /** Deletes a run, also a damaged one. Resolves to a function that puts it back as it was. */
  remove(id: string): Promise<() => Promise<void>> {
    return withReadableErrors(async () => {
      const record: unknown = await change(await this.#open(), async (transaction) => {
        const before: unknown = await transaction.objectStore(STORE).get(id);
        await transaction.objectStore(STORE).delete(id);
        await transaction.objectStore(SUMMARIES).delete(id);
        return before;
      });
      this.#changed();
      return () =>
        withReadableErrors(async () => {
          if (record === undefined) return;
          // The next list makes its summary again.
          await (await this.#open()).put(STORE, record);
          this.#changed();
        });
    });
  }

  async close(): Promise<void> {
    const database = await this.#database?.catch(() => null);
    this.#database = null;
    database?.close();
  }
}

/** The saved runs of the site at `base`, with those that earlier versions saved for all folders of the origin. */
export const runsOf = (base: string | undefined): RunStore =>
  new RunStore(databaseName(DATABASE, base), DATABASE);

/** The page's store. */
export const runStore = runsOf(pageBase());
