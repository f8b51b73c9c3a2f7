/** What a race says while it runs: a discriminated union, the run id on each. Plain data: crosses postMessage. */
import type { BackendName } from '../settings/config.ts';
import type {
  BnPoint,
  ConflictPoint,
  EpochPoint,
  FinalResult,
  RaceResult,
  RunResult,
} from '../result/results.ts';

export type RaceState = 'preparing' | 'running' | 'paused' | 'evaluating' | 'complete' | 'stopped' | 'failed';

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
  /** The race goes on from a checkpoint: `runs` are the curves up to there and replace what was heard before. */
  | { type: 'restored'; runId: string; runs: readonly RunResult[]; epoch: number }
  /** What did not stop the race, in one sentence. */
  | { type: 'note'; runId: string; message: string }
  /** Here and below, `seed` is given in a race repeated over seeds, as in its results. */
  | { type: 'epoch'; runId: string; label: string; seed?: number; point: EpochPoint }
  | { type: 'conflict'; runId: string; label: string; seed?: number; point: ConflictPoint }
  | { type: 'bn'; runId: string; label: string; seed?: number; point: BnPoint }
  | {
      type: 'final';
      runId: string;
      label: string;
      seed?: number;
      final: FinalResult;
      seconds: number;
      imagesPerSecond: number;
    }
  | { type: 'result'; runId: string; result: RaceResult }
  /** `message` says in one sentence what happened and what to do next. */
  | { type: 'error'; runId: string; message: string; recoverable: boolean };
