/**
 * Runs kept in this browser (IndexedDB). Every change is one transaction, so that a crash leaves either the old or the new
 * state. What is read is validated: a damaged record is reported and left where it is, and never costs the others.
 */
import { openDB, type IDBPDatabase } from 'idb';
import { parseRaceResultInParts } from '../../core/result/results-schema.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { pauses } from '../state/pauses.ts';
import { cleanName, contentId, parseRecord, type SavedRun } from './record.ts';

const DATABASE = 'arat-playground-runs';
const DATABASE_VERSION = 1;
const STORE = 'runs';

/** Local storage failed; `message` is one sentence for the page. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** A record that cannot be shown. */
export interface DamagedRun {
  readonly id: string;
  readonly message: string;
}

export interface RunList {
  /** Newest first. */
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
  const detail = error instanceof Error && error.message ? ` (${error.message})` : '';
  return new StorageError(
    `Runs cannot be kept in this browser${detail}. In a private window, or with site data blocked, export runs as JSON instead.`,
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
    throw new StorageError(error instanceof Error ? error.message : String(error));
  }
}

/** Every method rejects with `StorageError` where the browser refuses; none throws otherwise. */
export class RunStore {
  #database: Promise<IDBPDatabase> | null = null;
  readonly #listeners = new Set<() => void>();

  readonly #name: string;

  constructor(name = DATABASE) {
    this.#name = name;
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
    return openDB(this.#name, DATABASE_VERSION, {
      upgrade(database) {
        database.createObjectStore(STORE, { keyPath: 'id' });
      },
      // Another tab wants to upgrade: let it, and reconnect at the next call.
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    });
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Calls back after every change made through this object; returns the way to stop that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  list(): Promise<RunList> {
    return withReadableErrors(async () => {
      const database = await this.#open();
      const runs: SavedRun[] = [];
      const damaged: DamagedRun[] = [];
      // One at a time: to read them all at once takes as long as there are runs.
      for (const id of await database.getAllKeys(STORE)) {
        const record: unknown = await database.get(STORE, id);
        // Deleted meanwhile, perhaps in another tab.
        if (record === undefined) continue;
        try {
          runs.push(await parseRecord(record));
        } catch (error) {
          damaged.push({ id: String(id), message: error instanceof Error ? error.message : String(error) });
        }
      }
      runs.sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
      return { runs, damaged };
    });
  }

  /** Keeps a result; one that is kept already stays as it is, name included. Throws for a result that is not valid. */
  save(result: RaceResult, name?: string): Promise<SavedRun> {
    return withReadableErrors(async () => {
      const valid = await orStorageError(() => parseRaceResultInParts(result, pauses()));
      const run: SavedRun = {
        id: await contentId(valid),
        name: cleanName(name, valid),
        createdAt: new Date().toISOString(),
        result: valid,
      };
      const database = await this.#open();
      // A transaction does not wait for a validation in parts: that comes before.
      const before: unknown = await database.get(STORE, run.id);
      const existing = before === undefined ? null : await parseRecord(before).catch(() => null);
      if (existing) return existing;
      const transaction = database.transaction(STORE, 'readwrite');
      const now: unknown = await transaction.store.get(run.id);
      // A damaged copy under this id is replaced by the good one; what another tab saved meanwhile is this result already.
      if (now === undefined || before !== undefined) await transaction.store.put(run);
      await transaction.done;
      this.#changed();
      return run;
    });
  }

  /** An empty name becomes the default name. */
  rename(id: string, name: string): Promise<SavedRun> {
    return withReadableErrors(async () => {
      const database = await this.#open();
      const record: unknown = await database.get(STORE, id);
      const run = record === undefined ? null : await orStorageError(() => parseRecord(record));
      const transaction = database.transaction(STORE, 'readwrite');
      const there = (await transaction.store.getKey(id)) !== undefined;
      if (!run || !there) {
        await transaction.done;
        throw new StorageError('This run is no longer kept: it was deleted, perhaps in another tab.');
      }
      const renamed = { ...run, name: cleanName(name, run.result) };
      // The record as it is: what a newer version has added to it stays.
      await transaction.store.put({ ...(record as object), name: renamed.name });
      await transaction.done;
      this.#changed();
      return renamed;
    });
  }

  /** Deletes a run, damaged ones too, and returns the way to put it back as it was. */
  remove(id: string): Promise<() => Promise<void>> {
    return withReadableErrors(async () => {
      const transaction = (await this.#open()).transaction(STORE, 'readwrite');
      const record: unknown = await transaction.store.get(id);
      await transaction.store.delete(id);
      await transaction.done;
      this.#changed();
      return () =>
        withReadableErrors(async () => {
          if (record === undefined) return;
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

/** The page's store. */
export const runStore = new RunStore();
