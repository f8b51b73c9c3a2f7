/** The door between page and engine: typed at both ends, called through comlink, events through a callback. */
import type { BackendChoice, BackendName, ExperimentConfig } from '../core/config.ts';
import type { RaceEvent } from '../core/training/events.ts';

export interface DeviceInfo {
  readonly backend: BackendName;
  /** In words: adapter, threads, software or not. */
  readonly device: string;
  /** What the self-test found, or why another backend was passed over. */
  readonly warnings: readonly string[];
  /** GFLOP/s of a small training step, for estimates of time. */
  readonly gflops: number;
}

export interface DataProgress {
  readonly phase: string;
  readonly loadedBytes: number;
  /** Null when the size is not known. */
  readonly totalBytes: number | null;
}

export interface DataSummary {
  readonly source: ExperimentConfig['dataset']['source'];
  readonly provenance: string;
  readonly classNames: readonly string[];
  readonly trainCount: number;
  readonly testCount: number;
}

/** One adversarial example as the viewer shows it. RGB bytes are [32*32*3]; perturbation is signed, in pixel units of [0,1]. */
export interface ExampleView {
  readonly label: string;
  readonly image: Uint8Array;
  readonly perturbation: Float32Array;
  readonly adversarial: Uint8Array;
  /** max |x' - x| measured, in [0,1] units. */
  readonly linf: number;
  readonly trueClass: number;
  readonly clean: { readonly predicted: number; readonly probabilities: readonly number[] };
  readonly attacked: { readonly predicted: number; readonly probabilities: readonly number[] };
}

export interface ExampleRequest {
  /** Index into the race's test subset. */
  readonly index: number;
  readonly attack: 'fgsm' | 'pgd';
  readonly loss: 'ce' | 'margin';
  readonly eps: number;
  readonly stepSize: number;
  readonly steps: number;
  readonly seed: number;
}

export interface RobustnessRow {
  readonly label: string;
  /** e.g. `clean`, `fgsm`, `pgd-20`, `sweep`. */
  readonly attack: string;
  readonly eps: number;
  readonly stepSize: number;
  readonly steps: number;
  readonly restarts: number;
  readonly correct: number;
  readonly n: number;
  /** 95 % Wilson interval, fractions. */
  readonly interval: readonly [number, number];
}

export interface RobustnessReport {
  readonly rows: readonly RobustnessRow[];
  /** Accuracy over eps under PGD-20 per label. */
  readonly sweep: readonly { readonly label: string; readonly eps: number; readonly accuracy: number }[];
  readonly seed: number;
  readonly branch: 'adv';
  readonly complete: boolean;
  /** Sanity flags: one sentence each. */
  readonly flags: readonly { readonly id: string; readonly label: string; readonly message: string }[];
}

export interface JobProgress {
  readonly done: number;
  readonly total: number;
  readonly what: string;
  readonly secondsLeft: number | null;
}

export interface EngineApi {
  /** Chooses and self-tests a backend. Safe to call again with another choice when nothing runs. */
  initialise(choice: BackendChoice): Promise<DeviceInfo>;
  /** Loads or generates a dataset; what was loaded before stays when this rejects. `files` only for source 'archive'. */
  loadData(
    source: ExperimentConfig['dataset']['source'],
    files: readonly File[] | null,
    onProgress: (p: DataProgress) => void,
  ): Promise<DataSummary>;
  /** Images of the loaded test set for the picker: RGB bytes and label of the race's test subset. */
  testImage(index: number): Promise<{ image: Uint8Array; label: number }>;
  /**
   * Starts a race on the loaded data; with `resume`, goes on from the state kept of race `runId`. Resolves when it has ended
   * (complete, stopped or failed); events arrive meanwhile. When the device goes away under it, it goes on from the last kept state:
   * twice on the same backend, then on the next.
   */
  race(
    runId: string,
    config: ExperimentConfig,
    onEvent: (e: RaceEvent) => void,
    resume?: boolean,
  ): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** While paused: trains every contestant one step more, then pauses again. */
  stepOnce(): Promise<void>;
  stop(): Promise<void>;
  /** Live models of the last race, also while it is paused or ended. */
  example(request: ExampleRequest): Promise<ExampleView[]>;
  robustness(
    options: { n: number; seed: number },
    onProgress: (p: JobProgress) => void,
  ): Promise<RobustnessReport>;
  stopJob(): Promise<void>;
  /** Weights of one contestant as safetensors with PyTorch names and layout. */
  weights(label: string): Promise<Uint8Array>;
}
