/** The state of the workbench, as React reads it. */
import type { DataSource } from '../../core/data/sources/catalogue.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import type { RaceEvent, RaceState } from '../../core/race/events.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { BackendChoice, ExperimentConfig } from '../../core/settings/config.ts';
import type { DataProgress, DataSummary, DeviceInfo } from '../../worker/api.ts';
import type { InterruptedRace } from '../../worker/checkpoints.ts';
import type { Shown } from './models.ts';
import type { AskedWeights, OpenedModel } from './opened.ts';

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
  /** Problems that did not stop the last load, one sentence each. */
  readonly dataNotes: readonly string[];
  /** State of the visit's own race; null if there is none. */
  readonly race: RaceState | null;
  /** The settings of the visit's own race, which may differ from those of the run shown; null if there is none. */
  readonly raceConfig: ExperimentConfig | null;
  /** The message of the race's last state, e.g. what is being prepared. */
  readonly raceMessage: string | null;
  /** Why the race failed or could not start. */
  readonly raceError: string | null;
  readonly runId: string;
  /** A kept unfinished race that the visitor can resume; null while a race is active. */
  readonly interrupted: InterruptedRace | null;
  readonly progress: Progress | null;
  /** The origin of `view`. */
  readonly shown: Shown;
  readonly shownName: string;
  /** The result on the page. While a race runs, it is replaced at most once a second. */
  readonly view: RaceResult | null;
  /** Whether this visit has trained a race, shown or not, whose models are still available. */
  readonly ownRace: boolean;
  /** Models that the visitor opened from weight files. */
  readonly opened: readonly OpenedModel[];
  /** The weight file about which the visitor is asked, or null. */
  readonly askedWeights: AskedWeights | null;
  /** A stress test runs in the worker. */
  readonly judging: boolean;
}

/** The part of the state that `reset` restores: no race, no device, no data. */
export const EMPTY = {
  device: null,
  deviceBusy: false,
  data: {},
  dataProgress: null,
  dataError: null,
  dataNotes: [],
  race: null,
  raceConfig: null,
  raceMessage: null,
  raceError: null,
  progress: null,
  shown: 'nothing',
  shownName: '',
  view: null,
  ownRace: false,
  opened: [],
  askedWeights: null,
} satisfies Partial<BenchState>;

export const INITIAL: BenchState = {
  ...EMPTY,
  config: PRESETS.quick,
  backendChoice: 'auto',
  runId: '',
  interrupted: null,
  judging: false,
};

/** Holds the state: the page's store, or a store of a test. */
export interface Board {
  getState(): BenchState;
  setState(change: Partial<BenchState>): void;
}
