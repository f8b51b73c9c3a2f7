/** What the workbench tells the page: all that React reads of it. */
import type { DataSource } from '../../core/data/sources/catalogue.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import type { RaceEvent, RaceState } from '../../core/race/events.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { BackendChoice, ExperimentConfig } from '../../core/settings/config.ts';
import type { DataProgress, DataSummary, DeviceInfo } from '../../worker/api.ts';
import type { InterruptedRace } from '../../worker/checkpoints.ts';
import type { Shown } from './models.ts';

export type Progress = Extract<RaceEvent, { type: 'progress' }>;
export type Source = DataSource;

export interface BenchState {
  /** The settings of the next race. */
  readonly config: ExperimentConfig;
  readonly backendChoice: BackendChoice;
  readonly device: DeviceInfo | null;
  /** A backend is being started and tested. */
  readonly deviceBusy: boolean;
  readonly data: Partial<Record<Source, DataSummary>>;
  readonly dataProgress: DataProgress | null;
  readonly dataError: string | null;
  /** What happened during the last load and did not stop it; one sentence each. */
  readonly dataNotes: readonly string[];
  /** State of the visit's own race, or null before the first. */
  readonly race: RaceState | null;
  /** What is being prepared. */
  readonly raceMessage: string | null;
  /** Why the race failed or could not start. */
  readonly raceError: string | null;
  readonly runId: string;
  /** An unfinished race whose state is kept, which can be resumed; null while one is active. */
  readonly interrupted: InterruptedRace | null;
  readonly progress: Progress | null;
  /** Where `view` comes from. */
  readonly shown: Shown;
  readonly shownName: string;
  /** The result on the page. While a race runs it is renewed at most twice a second. */
  readonly view: RaceResult | null;
  /** This visit has a race of its own, shown or not: its figures are here, and its models in the worker. */
  readonly ownRace: boolean;
  /** A stress test runs in the worker. */
  readonly judging: boolean;
}

/** No race, no device, no data; what `reset` returns to. */
export const EMPTY = {
  device: null,
  deviceBusy: false,
  data: {},
  dataProgress: null,
  dataError: null,
  dataNotes: [],
  race: null,
  raceMessage: null,
  raceError: null,
  progress: null,
  shown: 'nothing',
  shownName: '',
  view: null,
  ownRace: false,
} satisfies Partial<BenchState>;

export const INITIAL: BenchState = {
  ...EMPTY,
  config: PRESETS.quick,
  backendChoice: 'auto',
  runId: '',
  interrupted: null,
  judging: false,
};

/** Where the state stands: the page's store, or a test's. */
export interface Board {
  getState(): BenchState;
  setState(change: Partial<BenchState>): void;
}
