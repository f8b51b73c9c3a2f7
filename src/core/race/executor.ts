/**
 * Who trains the lanes of a race, and in which order. The executor in this folder takes turns on one device (in-turn.ts); one that puts
 * lanes on several workers needs nothing else from a race than this interface, and gives the same numbers, because a lane knows nothing of
 * other lanes.
 */
import type { Dataset } from '../data/dataset.ts';
import type { Checkpoint } from '../training/checkpoint.ts';
import type { Trainer } from '../training/trainer.ts';
import type { LaneMessage, RaceState } from './events.ts';

/** A lane's state as it goes into a checkpoint. */
export interface SavedLane {
  readonly trainer: Checkpoint;
  readonly data: string;
}

/** What an executor tells its race. Lanes are named by their place in the race's plans. */
export interface ExecutorHost {
  tell(lane: number, message: LaneMessage): void;
  /** The lane has thrown. Resolves when the others are to go on without it; else rejects, and `run` with it. */
  failed(lane: number, error: unknown): Promise<void>;
  state(state: RaceState, message?: string): void;
  /** Every lane is between two steps: a good moment to keep a checkpoint, where one is due. */
  betweenSteps(): Promise<void>;
  /** Every lane has finished and evaluated an epoch. */
  epochOver(): Promise<void>;
}

export interface Executor {
  /**
   * Trains every lane to its end. Rejects with `RaceStopped` or `RaceInterrupted`, or with what keeps all lanes from going on; a lane that
   * fails alone is told to the host instead.
   */
  run(): Promise<void>;
  /** The lanes whose trainers are at hand, each between two pieces of work. What they have measured has been told when this resolves. */
  save(): Promise<ReadonlyMap<number, SavedLane>>;
  /** Epochs that every lane at work has finished. */
  readonly epoch: number;
  /** Trained models of the seed at work, or of the last: for the viewer and the judge. They stay the executor's. */
  readonly trainers: readonly Trainer[];
  /** The subset of the dataset on which `trainers` train. */
  readonly data: Dataset;
  /** Frees what only steps need, and tells how long the steps took. */
  rest(): void;
  dispose(): void;
}
