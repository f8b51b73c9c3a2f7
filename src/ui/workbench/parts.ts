/** The dependencies of the workbench, which tests replace. */
import type { Build, RaceResult } from '../../core/result/results.ts';
import type { CheckpointStore } from '../../worker/checkpoints.ts';
import type { EngineClient } from '../../worker/client.ts';
import type { RaceLocks } from '../../worker/race-locks.ts';
import type { Board } from './bench-state.ts';

export type Engine = Pick<EngineClient, 'api' | 'restart' | 'silentMs' | 'hasAnswered'>;

export interface Clock {
  /** The current time in milliseconds, from any origin. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds. Returns a function that cancels the call. */
  after(ms: number, callback: () => void): () => void;
}

export const CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export interface Parts {
  readonly board: Board;
  readonly engine: Engine;
  readonly checkpoints: Pick<CheckpointStore, 'list' | 'offered' | 'forget' | 'prune'>;
  readonly locks: RaceLocks;
  /** The saved runs. */
  readonly runs: { save(result: RaceResult): Promise<unknown> };
  readonly notify: (kind: 'error' | 'warning' | 'done', message: string) => void;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly build: Build;
}
