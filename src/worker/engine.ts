/** The engine behind the page: one backend, one race at a time, its models kept for the viewer and the judge. */
import { errorMessage } from '../core/error-message.ts';
import { plannedPasses, type RobustnessOptions } from '../core/judge/plan.ts';
import type { RobustnessReport } from '../core/judge/report.ts';
import { initialiseBackend, nextBackend } from '../core/backend/backend.ts';
import type { BackendChoice, ExperimentConfig } from '../core/settings/config.ts';
import { IMAGE_BYTES, type Dataset } from '../core/data/dataset.ts';
import { loadDataset } from '../core/data/load.ts';
import { networkCost } from '../core/nn/architecture.ts';
import { exportWeights } from '../core/nn/safetensors.ts';
import { RaceControl, RaceInterrupted } from '../core/race/control.ts';
import type { RaceEvent } from '../core/race/events.ts';
import type { RaceCheckpoint } from '../core/race/race-checkpoint.ts';
import { Race } from '../core/race/race.ts';
import type { Trainer } from '../core/training/trainer.ts';
import {
  LOAD_CANCELLED,
  type DataProgress,
  type DataSummary,
  type DeviceInfo,
  type EngineApi,
  type JobProgress,
} from './api.ts';
import { CheckpointStore } from './checkpoints.ts';
import { attackInfos, exampleOf, sliceOf } from './examples.ts';
import { judge } from './robustness.ts';
import type { AttackInfo, ExampleRequest, ExampleView, SliceRequest, SliceView } from './viewer.ts';

type Source = ExperimentConfig['dataset']['source'];

/** How often a race begins anew on the same backend after the device went away, before the next backend is taken. */
const RETRIES = 2;
/** Work that a crash may cost, in seconds. */
const CHECKPOINT_SECONDS = 30;
/** For the slowest looks on the slowest devices: the page offers to restart a worker that is silent for a minute. */
const LONGEST_HOLD_MS = 20_000;

export class Engine implements EngineApi {
  private device: DeviceInfo | null = null;
  private readonly datasets = new Map<Source, Dataset>();
  private loading: AbortController | null = null;
  private live: Race | null = null;
  private racing = false;
  private job = new RaceControl();
  private readonly checkpoints = new CheckpointStore();

  /** `baseUrl`: address of the page, below which hosted data may lie. `start`: tests give their own. */
  constructor(
    private readonly baseUrl: string,
    private readonly appVersion: string,
    private readonly start: typeof initialiseBackend = initialiseBackend,
  ) {}

  async initialise(choice: BackendChoice): Promise<DeviceInfo> {
    if (this.racing) throw new Error('A race is running: stop it before the backend is changed.');
    return this.startBackend(choice);
  }

  private async startBackend(choice: BackendChoice): Promise<DeviceInfo> {
    this.disposeModels();
    const fail = (reason: string) => this.live?.control.interrupt(reason);
    const device = await this.start(choice, { onLost: fail, onDeviceError: fail });
    this.device = device;
    return device;
  }

  private disposeModels(): void {
    const { live } = this;
    this.live = null;
    try {
      live?.dispose();
    } catch {
      // Tensors of a lost device may not be released any more: they are gone with it.
    }
  }

  async loadData(
    source: Source,
    files: readonly File[] | null,
    onProgress: (p: DataProgress) => void,
    onNote: (note: string) => void = () => {},
  ): Promise<DataSummary> {
    await this.cancelLoad();
    const { signal } = (this.loading = new AbortController());
    const dataset = await loadDataset(source, { files, onProgress, onNote, signal, baseUrl: this.baseUrl });
    signal.throwIfAborted();
    this.datasets.set(source, dataset);
    const { provenance, classNames, train, test } = dataset;
    return { source, provenance, classNames, trainCount: train.labels.length, testCount: test.labels.length };
  }

  async cancelLoad(): Promise<void> {
    this.loading?.abort(new Error(LOAD_CANCELLED));
  }

  async testImage(index: number): Promise<{ image: Uint8Array; label: number }> {
    const { test } = this.raceOrThrow().data;
    if (!Number.isInteger(index) || index < 0 || index >= test.labels.length)
      throw new Error(`There is no test image ${index}: the race has images 0 to ${test.labels.length - 1}.`);
    return {
      image: test.images.slice(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES),
      label: test.labels[index],
    };
  }

  async race(
    runId: string,
    config: ExperimentConfig,
    onEvent: (e: RaceEvent) => void,
    resume = false,
  ): Promise<void> {
    if (this.racing) throw new Error('A race is running already: stop it before another starts.');
    this.racing = true;
    const prepare = (message: string) => onEvent({ type: 'state', runId, state: 'preparing', message });
    try {
      prepare('Preparing the data and the networks');
      if (!this.device) await this.startBackend('auto');
      if (!this.datasets.has(config.dataset.source))
        await this.loadData(config.dataset.source, null, () => {});
      let from = resume ? await this.checkpoints.read(runId) : null;
      if (resume && !from)
        throw new Error('The state of this race is no longer kept: start it again with Train.');
      for (let losses = 0; ;) {
        try {
          return await this.attempt(runId, config, onEvent, from);
        } catch (error) {
          if (!(error instanceof RaceInterrupted)) throw error;
          losses++;
          const { backend } = this.device!;
          const choice = losses <= RETRIES ? backend : nextBackend(backend);
          if (choice === null) throw error;
          if (choice !== backend) losses = 0;
          onEvent({
            type: 'note',
            runId,
            message: `${error.message} The race goes on from its last kept state.`,
          });
          prepare(`Starting ${choice} again`);
          // Without one, from the start: the seeds make it the same race.
          from = await this.checkpoints.read(runId).catch(() => null);
          await this.startBackend(choice);
        }
      }
    } catch (error) {
      onEvent({
        type: 'error',
        runId,
        message: errorMessage(error),
        recoverable: true,
      });
      onEvent({ type: 'state', runId, state: 'failed' });
    } finally {
      this.racing = false;
    }
  }

  /** Trains to the end on the backend that is started. Rejects with RaceInterrupted when the device goes away. */
  private async attempt(
    runId: string,
    config: ExperimentConfig,
    onEvent: (e: RaceEvent) => void,
    from: RaceCheckpoint | null,
  ): Promise<void> {
    const { backend, device, warnings } = this.device!;
    onEvent({ type: 'backend', runId, backend, device, warnings: [...warnings] });
    const race = new Race(config, this.datasets.get(config.dataset.source)!, {
      runId,
      backend,
      device,
      appVersion: this.appVersion,
      emit: onEvent,
      from: from ?? undefined,
      checkpoints: { everySeconds: CHECKPOINT_SECONDS, keep: (state) => this.checkpoints.keep(state) },
    });
    // The old models go only when the new race is sure to start.
    this.disposeModels();
    this.live = race;
    const { status } = await race.run();
    if (status !== 'stopped') await this.checkpoints.forget(runId).catch(() => {});
  }

  async pause(): Promise<void> {
    this.live?.control.pause();
  }

  async resume(): Promise<void> {
    this.live?.control.resume();
  }

  async stepOnce(): Promise<void> {
    this.live?.control.allowStep();
  }

  async stop(): Promise<void> {
    this.live?.control.stop();
  }

  async example(request: ExampleRequest): Promise<ExampleView[]> {
    const race = this.raceOrThrow();
    return this.whileHeld(async () => {
      const views: ExampleView[] = [];
      for (const trainer of race.trainers) views.push(await exampleOf(trainer, race.data.test, request));
      return views;
    });
  }

  async lossSlice(request: SliceRequest): Promise<SliceView> {
    const trainer = this.trainerOrThrow(request.label);
    const { test } = this.raceOrThrow().data;
    return this.whileHeld(() => sliceOf(trainer, test, request));
  }

  /** Training waits while a model is looked at, but not so long that it seems to have stopped. */
  private async whileHeld<T>(look: () => Promise<T>): Promise<T> {
    const release = this.live!.control.hold();
    const timer = setTimeout(release, LONGEST_HOLD_MS);
    try {
      // The step that is under way ends first.
      await new Promise((resolve) => setTimeout(resolve));
      return await look();
    } finally {
      clearTimeout(timer);
      release();
    }
  }

  async attacks(): Promise<AttackInfo[]> {
    return attackInfos();
  }

  async estimateRobustness(options: RobustnessOptions): Promise<number> {
    const { config, trainers } = this.raceOrThrow();
    const classes = config.dataset.classes.length;
    const { flopPerImage } = networkCost({ ...config.network, classes });
    const passes = plannedPasses(options, classes, trainers.length);
    return (passes * flopPerImage) / (this.device!.gflops * 1e9);
  }

  async robustness(
    options: RobustnessOptions,
    onProgress: (p: JobProgress) => void,
  ): Promise<RobustnessReport> {
    const race = this.raceOrThrow();
    this.job.stop();
    this.job = new RaceControl();
    return judge(race, options, this.job, onProgress);
  }

  async pauseJob(): Promise<void> {
    this.job.pause();
  }

  async resumeJob(): Promise<void> {
    this.job.resume();
  }

  async stopJob(): Promise<void> {
    this.job.stop();
  }

  async weights(label: string): Promise<Uint8Array> {
    const trainer = this.trainerOrThrow(label);
    const { method, switches } = trainer.contestant;
    return exportWeights(trainer.evaluated, {
      label,
      method,
      switches: JSON.stringify(switches),
      steps: String(trainer.step),
    });
  }

  private trainerOrThrow(label: string): Trainer {
    const trainer = this.raceOrThrow().trainers.find((t) => t.contestant.label === label);
    if (!trainer) throw new Error(`There is no trained model "${label}".`);
    return trainer;
  }

  private raceOrThrow(): Race {
    if (!this.live) throw new Error('There are no trained models yet: press Train first.');
    return this.live;
  }
}
