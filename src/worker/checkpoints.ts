/** The last race's state, kept in IndexedDB so that it outlives the worker, the tab and the browser. One transaction per change. */
import { openDB, type IDBPDatabase } from 'idb';
import { parseConfig, type ExperimentConfig } from '../core/settings/config.ts';
import { openCheckpoint, type RaceCheckpoint } from '../core/race/race-checkpoint.ts';

const DATABASE = 'arat-playground-checkpoints';
const DATABASE_VERSION = 1;
/** One race at a time: megabytes of weights in `states`, what the page shows of it in `summaries`, both under `KEY`. */
const STATES = 'states';
const SUMMARIES = 'summaries';
const KEY = 'last';

/** A race whose state is kept: stopped, or cut off with its worker, tab or browser. */
export interface InterruptedRace {
  readonly runId: string;
  readonly config: ExperimentConfig;
  /** Epochs whose training is over. */
  readonly epoch: number;
  /** Optimiser steps of all contestants. */
  readonly stepsDone: number;
  readonly stepsTotal: number;
  /** ISO 8601 date and time. */
  readonly savedAt: string;
}

/** The worker writes and reads it; the page asks for the summary. */
export class CheckpointStore {
  #database: Promise<IDBPDatabase> | null = null;
  /** What IndexedDB refused (private windows, no room): it serves a lost device, though not a dead worker. */
  #memory: RaceCheckpoint | null = null;

  readonly #name: string;

  constructor(name = DATABASE) {
    this.#name = name;
  }

  #open(): Promise<IDBPDatabase> {
    this.#database ??= openDB(this.#name, DATABASE_VERSION, {
      upgrade(database) {
        database.createObjectStore(STATES);
        database.createObjectStore(SUMMARIES);
      },
    }).catch((error: unknown) => {
      this.#database = null;
      throw error;
    });
    return this.#database;
  }

  /** Keeps `state` in place of what was kept. Rejects when the browser refuses; `read` still gives it, in this worker. */
  async keep(state: RaceCheckpoint): Promise<void> {
    const { runId, config, epoch, stepsDone, stepsTotal, savedAt } = state;
    const summary: InterruptedRace = { runId, config, epoch, stepsDone, stepsTotal, savedAt };
    this.#memory = state;
    const transaction = (await this.#open()).transaction([STATES, SUMMARIES], 'readwrite');
    await Promise.all([
      transaction.objectStore(STATES).put(state, KEY),
      transaction.objectStore(SUMMARIES).put(summary, KEY),
      transaction.done,
    ]);
    this.#memory = null;
  }

  /** The state of race `runId`, or null. */
  async read(runId: string): Promise<RaceCheckpoint | null> {
    if (this.#memory?.runId === runId) return this.#memory;
    const state = (await (await this.#open()).get(STATES, KEY)) as RaceCheckpoint | undefined;
    return state?.runId === runId ? openCheckpoint(state) : null;
  }

  /** What is kept, or null: also where the browser keeps nothing, or where another version kept what this one cannot read. */
  async summary(): Promise<InterruptedRace | null> {
    try {
      const summary = (await (await this.#open()).get(SUMMARIES, KEY)) as InterruptedRace | undefined;
      return summary ? { ...summary, config: parseConfig(summary.config) } : null;
    } catch {
      return null;
    }
  }

  /** Forgets race `runId`, or whichever is kept. */
  async forget(runId?: string): Promise<void> {
    if (runId === undefined || this.#memory?.runId === runId) this.#memory = null;
    const transaction = (await this.#open()).transaction([STATES, SUMMARIES], 'readwrite');
    const summaries = transaction.objectStore(SUMMARIES);
    const kept = (await summaries.get(KEY)) as InterruptedRace | undefined;
    if (kept && (runId === undefined || kept.runId === runId))
      await Promise.all([summaries.delete(KEY), transaction.objectStore(STATES).delete(KEY)]);
    await transaction.done;
  }
}
