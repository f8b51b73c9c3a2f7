/** The engine behind the page: one backend, one race at a time, and the models for the viewer and the judge. */
import { errorMessage, withoutFullStop } from '../core/error-message.ts';
import type { RobustnessOptions } from '../core/judge/plan.ts';
import type { RobustnessReport } from '../core/result/stress-report.ts';
import { initialiseBackend, nextBackend } from '../core/backend/backend.ts';
import type { DataSource } from '../core/data/sources/catalogue.ts';
import type { BackendChoice, ExperimentConfig } from '../core/settings/config.ts';
import type { ModelAnswers } from '../core/nn/model-answers.ts';
import { RaceInterrupted } from '../core/race/control.ts';
import type { WeightFiles } from '../core/training/exported-model.ts';
import type { RaceEvent } from '../core/race/events.ts';
import type { Build } from '../core/result/results.ts';
import type { RaceCheckpoint } from '../core/race/race-checkpoint.ts';
import type { Crew } from '../core/race/crew.ts';
import { OnCores } from '../core/race/on-cores.ts';
import { Race } from '../core/race/race.ts';
import { everyRunFailed } from '../core/result/spread.ts';
import type {
  DataProgress,
  DataSummary,
  DeviceInfo,
  EngineApi,
  JobProgress,
  ModelSummary,
  WeightsSummary,
} from './api.ts';
import { checkpointsOf, type CheckpointStore } from './checkpoints.ts';
import { Datasets } from './datasets.ts';
import { EngineDevice } from './device.ts';
import { attackInfos } from './examples.ts';
import { onCoresWords, startCrew, type StartCrew } from './lanes.ts';
import { ModelDesk } from './model-desk.ts';
import { ShippedModels } from './shipped.ts';
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

/** How often a race begins anew on the same backend after the device went away, before the next backend is taken. */
const RETRIES = 2;
/** Work that a crash may cost, in seconds. */
const CHECKPOINT_SECONDS = 30;
const STATE_GONE = 'The state of this race is no longer kept: start it again with Train.';

/** The race whose models the engine has, or can bring back. */
interface LastRace {
  readonly runId: string;
  readonly config: ExperimentConfig;
}

export class Engine implements EngineApi {
  private readonly device: EngineDevice;
  private readonly datasets: Datasets;
  private live: Race | null = null;
  private last: LastRace | null = null;
  private racing = false;
  /** What the visitor has pressed: it stays in force when the race moves to another device. */
  private pressed = { paused: false, stopped: false };
  private readonly desk: ModelDesk;
  private readonly checkpoints: CheckpointStore;

  /** `baseUrl`: address of the page, below which hosted data may lie. The parts after it: tests give their own. */
  constructor(
    baseUrl: string,
    private readonly build: Build,
    start: typeof initialiseBackend = initialiseBackend,
    checkpoints = checkpointsOf(baseUrl),
    private readonly createCrew: StartCrew = startCrew,
  ) {
    this.device = new EngineDevice(start, (reason) => this.live?.control.interrupt(reason));
    this.datasets = new Datasets(baseUrl);
    this.checkpoints = checkpoints;
    this.desk = new ModelDesk(this.device, this.datasets, new ShippedModels(baseUrl), {
      lastRace: () => this.models(),
      training: () => (this.racing ? (this.live?.control ?? null) : null),
      isRacing: () => this.racing,
      startBackend: (choice) => this.startBackend(choice),
    });
  }

  async ping(): Promise<void> {}

  async initialise(choice: BackendChoice, onNote?: (note: string) => void): Promise<DeviceInfo> {
    if (this.racing) throw new Error('A race is running: stop it before the backend is changed.');
    this.last = null;
    return this.startBackend(choice, onNote);
  }

  private async startBackend(choice: BackendChoice, onNote?: (note: string) => void): Promise<DeviceInfo> {
    await this.desk.endJob();
    await this.desk.shippedDone;
    this.disposeModels();
    this.desk.opened.release();
    this.desk.shipped.dispose();
    return this.device.start(choice, onNote);
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
    source: DataSource,
    files: readonly File[] | null,
    onProgress: (p: DataProgress) => void,
    onNote: (note: string) => void = () => {},
  ): Promise<DataSummary> {
    return this.datasets.load(source, files, onProgress, onNote);
  }

  async cancelLoad(): Promise<void> {
    this.datasets.cancel();
  }

  async race(
    runId: string,
    config: ExperimentConfig,
    onEvent: (e: RaceEvent) => void,
    resume = false,
  ): Promise<void> {
    if (this.racing) throw new Error('A race is running already: stop it before another starts.');
    this.racing = true;
    this.pressed = { paused: false, stopped: false };
    const tell = (message: string) => onEvent({ type: 'note', runId, message });
    const prepare = (message: string) => onEvent({ type: 'state', runId, state: 'preparing', message });
    try {
      prepare('Preparing the data and the networks');
      await this.desk.endJob();
      let from = resume ? await this.toResume(runId) : null;
      if (resume && !from)
        tell('The race starts again from the beginning: it was cut off before a state of it was kept.');
      if (!this.device.info) await this.startBackend('auto', tell);
      if (this.device.lost !== null) {
        tell(`${this.device.lost} The device is started again before the race.`);
        await this.startBackend(this.device.info!.backend, tell);
      }
      await this.datasets.ensure(config.dataset.source);
      if (!from) await this.checkpoints.begin(runId, config).catch(() => {});
      for (let losses = 0; ;) {
        try {
          return await this.attempt(runId, config, onEvent, from);
        } catch (error) {
          if (!(error instanceof RaceInterrupted)) throw error;
          losses++;
          const { backend } = this.device.info!;
          const choice = losses <= RETRIES ? backend : nextBackend(backend);
          if (choice === null) throw error;
          if (choice !== backend) losses = 0;
          // Without a state the race starts again: the same seeds give the same numbers.
          from = await this.checkpoints.read(runId).catch(() => null);
          const how = from
            ? 'The race goes on from its last kept state.'
            : 'The race starts from the beginning: no state of it had been kept yet.';
          tell(`${error.message} ${how}`);
          prepare(`Starting ${choice} again`);
          await this.startBackend(choice, tell);
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
      await this.forgetIfEmpty(runId);
    } finally {
      this.racing = false;
    }
  }

  /** The state from which a race is resumed, or null: it starts again. Rejects when the race is complete or unknown. */
  private async toResume(runId: string): Promise<RaceCheckpoint | null> {
    if (!(await this.checkpoints.isUnfinished(runId))) throw new Error(STATE_GONE);
    return this.checkpoints.read(runId);
  }

  /** Forgets a race that failed before a state was kept: it cannot be resumed. */
  private async forgetIfEmpty(runId: string): Promise<void> {
    try {
      if (!(await this.checkpoints.read(runId))) await this.checkpoints.forget(runId);
    } catch {
      // A state that cannot be read stays stored, and is not offered.
    }
  }

  /**
   * The race as it was at `from`, or at its start; not yet running. The models before it go only when it is sure to
   * start.
   */
  private make(
    { runId, config }: LastRace,
    from: RaceCheckpoint | null,
    emit: (e: RaceEvent) => void,
    { device, crew }: { readonly device: string; readonly crew: Crew | null },
  ): Race {
    const { backend, arithmetic } = this.device.info!;
    const race = new Race(config, this.datasets.get(config.dataset.source)!, {
      runId,
      backend,
      device,
      arithmetic,
      ...this.build,
      emit,
      from: from ?? undefined,
      start: this.desk.opened.startOf(config) ?? undefined,
      executor: crew ? (parts) => new OnCores(crew, parts) : undefined,
      checkpoints: { everySeconds: CHECKPOINT_SECONDS, keep: (state) => this.checkpoints.keep(state) },
    });
    this.disposeModels();
    this.live = race;
    this.last = { runId, config };
    return race;
  }

  /** Trains to the end on the backend that is started. Rejects with RaceInterrupted when the device goes away. */
  private async attempt(
    runId: string,
    config: ExperimentConfig,
    onEvent: (e: RaceEvent) => void,
    from: RaceCheckpoint | null,
  ): Promise<void> {
    const { backend, device: words, warnings } = this.device.info!;
    const crew = await this.crewFor(runId, config, onEvent);
    const device = crew ? onCoresWords(words, config.contestants.length, crew.members.size) : words;
    onEvent({ type: 'backend', runId, backend, device, warnings: [...warnings] });
    let race: Race;
    try {
      race = this.make({ runId, config }, from, onEvent, { device, crew });
    } catch (error) {
      crew?.close();
      throw error;
    }
    if (this.pressed.paused) race.control.pause();
    if (this.pressed.stopped) race.control.stop();
    const result = await race.run();
    const { status } = result;
    // Contestants that diverged would diverge again, so that race is not offered.
    if (status === 'complete' || everyRunFailed(result)) await this.checkpoints.finish(runId).catch(() => {});
    else if (status === 'failed') await this.forgetIfEmpty(runId);
  }

  /** Workers for the race's lanes; null where they take turns on the engine's own device. */
  private async crewFor(
    runId: string,
    config: ExperimentConfig,
    onEvent: (e: RaceEvent) => void,
  ): Promise<Crew | null> {
    try {
      return await this.createCrew(config, this.device.info!);
    } catch (error) {
      const why = withoutFullStop(errorMessage(error));
      const message = `Contestants train in turn: no worker could be started for them (${why}).`;
      onEvent({ type: 'note', runId, message });
      return null;
    }
  }

  async adopt(runId: string, config: ExperimentConfig): Promise<void> {
    if (this.racing || (this.live && this.last?.runId === runId)) return;
    await this.desk.endJob();
    this.disposeModels();
    this.last = { runId, config };
  }

  async pause(): Promise<void> {
    this.pressed.paused = true;
    this.live?.control.pause();
  }

  async resume(): Promise<void> {
    this.pressed.paused = false;
    this.live?.control.resume();
  }

  async stepOnce(): Promise<void> {
    this.live?.control.allowStep();
  }

  async stop(): Promise<void> {
    this.pressed.stopped = true;
    this.live?.control.stop();
  }

  private bringingBack: Promise<void> | null = null;

  private async models(): Promise<Race> {
    if (!this.racing && this.last && (!this.live || this.device.lost !== null)) {
      this.bringingBack ??= this.bringBack(this.last).finally(() => (this.bringingBack = null));
      await this.bringingBack;
    }
    return this.raceOrThrow();
  }

  private async bringBack(last: LastRace): Promise<void> {
    const state = await this.checkpoints.read(last.runId).catch(() => null);
    if (!state)
      throw new Error(
        'The trained models are gone, and no state of them was kept: train again to use models here.',
      );
    if (!this.device.info) await this.startBackend('auto');
    else if (this.device.lost !== null) await this.startBackend(this.device.info.backend);
    await this.datasets.ensure(last.config.dataset.source);
    this.make(last, state, () => {}, { device: this.device.info!.device, crew: null });
  }

  async inspectWeights(file: File): Promise<WeightsSummary> {
    return this.desk.opened.inspect(file);
  }

  async openModel(id: string, label: string, file: File, answers: ModelAnswers): Promise<ModelSummary> {
    return this.desk.open(id, label, file, answers);
  }

  async closeModel(id: string): Promise<void> {
    return this.desk.close(id);
  }

  async example(request: ExampleRequest): Promise<ExampleView[]> {
    return this.desk.example(request);
  }

  async lossSlice(request: SliceRequest): Promise<SliceView> {
    return this.desk.lossSlice(request);
  }

  async shipped(request: ShippedRequest): Promise<ShippedView[]> {
    return this.desk.attackShipped(request);
  }

  async attacks(): Promise<AttackInfo[]> {
    return attackInfos();
  }

  async estimateRobustness(options: RobustnessOptions, images?: TestImages): Promise<number> {
    return this.desk.estimateRobustness(options, images);
  }

  async robustness(
    options: RobustnessOptions,
    onProgress: (p: JobProgress) => void,
    images?: TestImages,
  ): Promise<RobustnessReport> {
    return this.desk.robustness(options, onProgress, images);
  }

  async pauseJob(): Promise<void> {
    this.desk.job.pause();
  }

  async resumeJob(): Promise<void> {
    this.desk.job.resume();
  }

  async stopJob(): Promise<void> {
    this.desk.job.stop();
  }

  async weights(label: string): Promise<WeightFiles> {
    return this.desk.weights(label);
  }

  private raceOrThrow(): Race {
    if (this.live) return this.live;
    throw new Error(
      this.racing
        ? 'The models are being prepared: try again in a moment.'
        : 'There are no trained models yet: press Train first.',
    );
  }
}
