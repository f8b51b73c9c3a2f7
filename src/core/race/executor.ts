/**
 * Who trains the lanes of a race, and in which order. `InTurn` (in-turn.ts) lets them take turns on one device;
 * `OnCores` (on-cores.ts) gives each core a worker. Both give the same numbers, because a lane knows nothing of other
 * lanes.
 */
import type { Dataset } from '../data/dataset.ts';
import type { RunResult } from '../result/results.ts';
import type { Trainer } from '../training/trainer.ts';
import type { RaceControl } from './control.ts';
import type { LaneMessage, RaceState } from './events.ts';
import type { LanePlan } from './lane.ts';
import type { LaneCheckpoint } from './race-checkpoint.ts';

/** An error that ends its lane and no other. The message is one sentence that names the contestant. */
export class LaneEnded extends Error {}

/** What an executor tells its race. Lanes are named by their place in the race's plans. */
export interface ExecutorHost {
  tell(lane: number, message: LaneMessage): void;
  /** What the race has heard of the lane so far. */
  runOf(lane: number): RunResult;
  /** The lane has thrown. Resolves when the others are to continue without it; else rejects, and `run` with it. */
  failed(lane: number, error: unknown): Promise<void>;
  /**
   * The lane's worker died (`why`), and the lane starts again from `from`, or from its beginning where that is null.
   */
  restarted(lane: number, from: LaneCheckpoint | null, why: string): void;
  state(state: RaceState, message?: string): void;
  /** Every lane can be saved without much loss of time: a good moment to keep a checkpoint, where one is due. */
  betweenSteps(): Promise<void>;
  /** Every lane has finished and evaluated an epoch. */
  epochOver(): Promise<void>;
}

export interface Executor {
  /**
   * Trains every lane to its end. Rejects with `RaceStopped` or `RaceInterrupted`, or with what keeps all lanes from
   * going on; a lane that fails alone is told to the host instead.
   */
  run(): Promise<void>;
  /** The lanes that have begun and whose models are still there, each with what was measured up to that state. */
  save(): Promise<ReadonlyMap<number, LaneCheckpoint>>;
  /** Epochs that every lane at work has finished. */
  readonly epoch: number;
  /**
   * Trained models of the seed at work, or of the last, on this thread: for the viewer and the judge. They stay the
   * executor's, and training may change their weights, except while the race is held (`RaceControl.hold`).
   */
  models(): Promise<readonly Trainer[]>;
  /** The subset of the dataset on which `models` were trained. */
  readonly data: Dataset;
  /** Frees what only steps need, and tells how long the steps took. */
  rest(): void;
  dispose(): void;
}

/** What a race gives its executor. `from`: where every lane is, when the race is resumed. */
export interface ExecutorParts {
  readonly plans: readonly LanePlan[];
  readonly dataset: Dataset;
  readonly control: RaceControl;
  readonly host: ExecutorHost;
  readonly from?: readonly LaneCheckpoint[];
}

export type CreateExecutor = (parts: ExecutorParts) => Executor;

/** The places of the plans by seed, in order. */
export function groupsOf(plans: readonly LanePlan[]): number[][] {
  const seeds = [...new Set(plans.map((p) => p.config.seed))];
  return seeds.map((s) => plans.flatMap((p, i) => (p.config.seed === s ? [i] : [])));
}
