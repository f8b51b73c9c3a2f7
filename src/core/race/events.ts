/** What a race says while it runs: a discriminated union, the run id on each. Plain data: crosses postMessage. */
import type { BackendName } from '../settings/config.ts';
import type {
  BnPoint,
  ConflictPoint,
  EpochPoint,
  FinalResult,
  PairPoint,
  RaceResult,
  RunResult,
} from '../result/results.ts';

export type RaceState = 'preparing' | 'running' | 'paused' | 'evaluating' | 'complete' | 'stopped' | 'failed';

/** How long a lane's steps took so far, in seconds, and its speed. */
export interface Timing {
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** What a lane measures and how it ends: together they are the whole of its run in the result (race-log.ts). */
export type LaneEvent =
  | { readonly type: 'epoch'; readonly point: EpochPoint }
  | { readonly type: 'conflict'; readonly point: ConflictPoint }
  | { readonly type: 'bn'; readonly point: BnPoint }
  | { readonly type: 'pairs'; readonly point: PairPoint }
  | ({ readonly type: 'timing' } & Timing)
  | ({ readonly type: 'final'; readonly final: FinalResult } & Timing)
  /** The lane ended early; the other lanes continue. `message`: one sentence that names the contestant. */
  | { readonly type: 'failure'; readonly message: string };

/** What a lane says after each piece of work: a training step, or a batch of an evaluation. */
export interface LaneProgress {
  readonly type: 'progress';
  readonly phase: 'train' | 'evaluate';
  readonly epoch: number;
  /** Optimiser steps done. */
  readonly step: number;
  /** The last loss that was read, or null. */
  readonly loss: number | null;
}

/** All that leaves a lane. */
export type LaneMessage = LaneEvent | LaneProgress;

/** Whose event it is. `seed` is given in a race repeated over seeds, as in its results. */
export interface LaneName {
  readonly label: string;
  readonly seed?: number;
}

export type RaceEvent =
  /** `message`: a short phrase for the page, e.g. `Compiling kernels`. */
  | { type: 'state'; runId: string; state: RaceState; message?: string }
  | { type: 'backend'; runId: string; backend: BackendName; device: string; warnings: string[] }
  /** At most four a second. Counts are over all contestants and seeds; secondsLeft is null until known. */
  | {
      type: 'progress';
      runId: string;
      epoch: number;
      step: number;
      /** Given in a race repeated over seeds. */
      seed?: number;
      stepsDone: number;
      stepsTotal: number;
      contestant: string;
      /** What is being done now: 'train', 'evaluate'. */
      phase: 'train' | 'evaluate';
      imagesPerSecond: number;
      secondsLeft: number | null;
      /** The last loss of this contestant. */
      loss: number | null;
    }
  /** The race is resumed from a checkpoint: `runs` are its runs up to there, and replace those reported before. */
  | { type: 'restored'; runId: string; runs: readonly RunResult[]; epoch: number }
  /** Something that did not stop the race, in one sentence. */
  | { type: 'note'; runId: string; message: string }
  | (LaneEvent & LaneName & { readonly runId: string })
  | { type: 'result'; runId: string; result: RaceResult }
  /** `message` says in one sentence what happened and what to do next. */
  | { type: 'error'; runId: string; message: string; recoverable: boolean };
