/** What the page's store holds and offers. */
import type { RaceResult } from '../../core/result/results.ts';
import type { BackendChoice, ExperimentConfig } from '../../core/settings/config.ts';
import type { RaceEvent, RaceState } from '../../core/race/events.ts';
import type { DataProgress, DataSummary, DeviceInfo } from '../../worker/api.ts';
import type { InterruptedRace } from '../../worker/checkpoints.ts';
import type { Shown } from '../see/models.ts';

type Progress = Extract<RaceEvent, { type: 'progress' }>;
type Source = ExperimentConfig['dataset']['source'];

export interface PageState {
  readonly config: ExperimentConfig;
  readonly backendChoice: BackendChoice;
  readonly device: DeviceInfo | null;
  readonly deviceBusy: boolean;
  readonly data: Partial<Record<Source, DataSummary>>;
  readonly dataProgress: DataProgress | null;
  readonly dataError: string | null;
  /** What happened on the way of the last load and did not stop it; one sentence each. */
  readonly dataNotes: readonly string[];
  readonly race: RaceState | null;
  readonly raceMessage: string | null;
  readonly raceError: string | null;
  readonly runId: string;
  /** A race whose state is kept and which can go on; null while one runs. */
  readonly interrupted: InterruptedRace | null;
  readonly progress: Progress | null;
  readonly shown: Shown;
  readonly shownName: string;
  readonly view: RaceResult | null;
  /** This visit has a race of its own, shown or not: its figures are here, and its models in the worker. */
  readonly ownRace: boolean;
  /** A stress test runs in the worker. */
  readonly judging: boolean;
  setConfig(config: ExperimentConfig): void;
  setBackend(choice: BackendChoice): Promise<void>;
  loadData(source: Source, files?: readonly File[] | null): Promise<boolean>;
  cancelLoad(): void;
  train(): Promise<void>;
  /** Goes on with the race that was stopped or cut off. */
  goOn(): Promise<void>;
  /** Looks for a race that can go on, once the page is there and after a race has ended. */
  findInterrupted(): Promise<void>;
  forgetInterrupted(): Promise<void>;
  /** Ends a worker that gives no sign of life; the race goes on in a new one. */
  restartWorker(): void;
  pause(): void;
  resume(): void;
  stepOnce(): void;
  stop(): void;
  reset(): void;
  /** Shows another run. The visit's own race stays behind it, and goes on where one runs. */
  open(kind: Shown, result: RaceResult, name: string): void;
  /** Shows the visit's own race again; does nothing where there is none. */
  backToRace(): void;
  setJudging(judging: boolean): void;
}
