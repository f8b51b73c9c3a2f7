/** The door between page and engine: typed at both ends, called through comlink, events through a callback. */
import type { ClassCounts } from '../core/experiments/fit-data.ts';
import type { DataSource } from '../core/data/sources/catalogue.ts';
import type { RobustnessOptions } from '../core/judge/plan.ts';
import type { RobustnessReport, RobustnessRow } from '../core/result/stress-report.ts';
import type { InitialisedBackend } from '../core/backend/backend.ts';
import type { BackendChoice, ExperimentConfig } from '../core/settings/config.ts';
import type { RaceEvent } from '../core/race/events.ts';
import type { WeightFiles } from '../core/training/exported-model.ts';
import type { FoundNetwork } from '../core/nn/recognise.ts';
import type { ModelAnswers } from '../core/nn/model-answers.ts';
import type { NetworkSpec } from '../core/nn/types.ts';
import type {
  AttackInfo,
  ExampleRequest,
  ExampleView,
  ShippedRequest,
  ShippedView,
  SliceRequest,
  SliceView,
  TestImages,
} from './viewer.ts';

/** The backend in words and figures, and what its start reported. */
export type DeviceInfo = InitialisedBackend;

export interface DataProgress {
  readonly phase: string;
  readonly loadedBytes: number;
  /** Null when the size is not known. */
  readonly totalBytes: number | null;
}

/** What a load that was cancelled rejects with. */
export const LOAD_CANCELLED = 'Loading was cancelled.';

export interface DataSummary {
  readonly source: DataSource;
  readonly provenance: string;
  readonly classNames: readonly string[];
  readonly trainCount: number;
  readonly testCount: number;
  readonly perClass: ClassCounts;
  /** CRC-32 of all images and labels: the same for the same data in whatever form of files. */
  readonly checksum: string;
}

export interface JobProgress {
  readonly done: number;
  readonly total: number;
  readonly what: string;
  readonly secondsLeft: number | null;
  /** Rows finished since the last call; null when there is none. */
  readonly rows: readonly RobustnessRow[] | null;
}

/** What the header of a weight file tells. */
export interface WeightsSummary {
  /** At least one. */
  readonly networks: readonly FoundNetwork[];
  /** What the file suggests, or the usual answers. */
  readonly defaults: ModelAnswers;
  /** Names of tensors that are not read. */
  readonly ignored: readonly string[];
  /** The contestant that trained it, where the file was exported here. */
  readonly label: string | null;
  readonly method: string | null;
}

/** An opened model. */
export interface ModelSummary {
  readonly classes: number;
  readonly spec: NetworkSpec;
  /** Of its file; null where the browser computes none, because the page did not come through https. */
  readonly sha256: string | null;
}

export interface EngineApi {
  /** Resolves at once, unless the worker is busy or hangs. */
  ping(): Promise<void>;
  /**
   * Chooses and self-tests a backend. Safe to call again with another choice when nothing runs. `onNote` hears of a
   * backend whose files do not arrive.
   */
  initialise(choice: BackendChoice, onNote?: (note: string) => void): Promise<DeviceInfo>;
  /**
   * Loads or generates a dataset; what was loaded before stays when this rejects. `files` only for source 'archive'.
   * `onNote` hears in one sentence what did not stop the load: a source that failed, a cache that is full.
   */
  loadData(
    source: DataSource,
    files: readonly File[] | null,
    onProgress: (p: DataProgress) => void,
    onNote?: (note: string) => void,
  ): Promise<DataSummary>;
  /** The load under way rejects with `LOAD_CANCELLED`; without one, nothing happens. */
  cancelLoad(): Promise<void>;
  /**
   * Starts a race on the loaded data, from an opened model's weights where the settings say so; with `resume`,
   * continues from the state kept of race `runId`. Resolves when it has ended (complete, stopped or failed); events
   * arrive meanwhile. When the device goes away under it, it continues from the last kept state: twice on the same
   * backend, then on the next.
   */
  race(
    runId: string,
    config: ExperimentConfig,
    onEvent: (e: RaceEvent) => void,
    resume?: boolean,
  ): Promise<void>;
  /**
   * Makes a race that an earlier worker trained the current one. Its models are restored from its kept state when they
   * are next viewed, tested or exported.
   */
  adopt(runId: string, config: ExperimentConfig): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** While paused: trains every contestant one step more, then pauses again. */
  stepOnce(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Reads the header of a weight file, and nothing else of it. Rejects with one sentence if no network is found in it.
   */
  inspectWeights(file: File): Promise<WeightsSummary>;
  /**
   * Reads a network from a weight file. From then on it is attacked beside the models of the last race, on images whose
   * classes it knows, until it is closed or the worker ends. Opening another under the same `id` replaces it.
   */
  openModel(id: string, label: string, file: File, answers: ModelAnswers): Promise<ModelSummary>;
  closeModel(id: string): Promise<void>;
  /** Models of the last race, also while it is paused or ended, and the opened ones. */
  example(request: ExampleRequest): Promise<ExampleView[]>;
  /** The loss around one test image, seen by one model. */
  lossSlice(request: SliceRequest): Promise<SliceView>;
  /**
   * One image attacked under models that come with the page, before, during and after training. Starts a backend where
   * none is. Rejects with one sentence if a model cannot be loaded.
   */
  shipped(request: ShippedRequest): Promise<ShippedView[]>;
  /** What `example` can attack with. */
  attacks(): Promise<AttackInfo[]>;
  /** Seconds that a report takes at most, from the self-test's speed. Without `images`, on those of the last race. */
  estimateRobustness(options: RobustnessOptions, images?: TestImages): Promise<number>;
  /** Judges the models of the last race and the opened ones. A stopped report is marked as not complete. */
  robustness(
    options: RobustnessOptions,
    onProgress: (p: JobProgress) => void,
    images?: TestImages,
  ): Promise<RobustnessReport>;
  pauseJob(): Promise<void>;
  resumeJob(): Promise<void>;
  stopJob(): Promise<void>;
  /** Weights of one contestant of the last race. */
  weights(label: string): Promise<WeightFiles>;
}
