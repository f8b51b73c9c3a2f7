/** The engine behind the page: one backend, one race at a time, its models kept for the viewer and the judge. */
import { initialiseBackend } from '../core/backend/backend.ts';
import type { BackendChoice, ExperimentConfig } from '../core/config.ts';
import { IMAGE_BYTES, type Dataset } from '../core/data/dataset.ts';
import { loadDataset } from '../core/data/load.ts';
import { exportWeights } from '../core/nn/safetensors.ts';
import type { RaceEvent } from '../core/training/events.ts';
import { Race } from '../core/training/race.ts';
import type { Trainer } from '../core/training/trainer.ts';
import type {
  DataProgress,
  DataSummary,
  DeviceInfo,
  EngineApi,
  ExampleRequest,
  ExampleView,
  JobProgress,
  RobustnessReport,
} from './api.ts';
import { exampleOf } from './examples.ts';
import { robustnessReport } from './robustness.ts';

type Source = ExperimentConfig['dataset']['source'];

export class Engine implements EngineApi {
  private device: DeviceInfo | null = null;
  private readonly datasets = new Map<Source, Dataset>();
  private live: Race | null = null;
  private racing = false;
  private jobStopped = false;
  private lost: string | null = null;

  /** `baseUrl`: address of the page, below which hosted data may lie. */
  constructor(
    private readonly baseUrl: string,
    private readonly appVersion: string,
  ) {}

  async initialise(choice: BackendChoice): Promise<DeviceInfo> {
    if (this.racing) throw new Error('A race is running: stop it before the backend is changed.');
    this.live?.dispose();
    this.live = null;
    this.lost = null;
    const fail = (reason: string) => {
      this.lost = reason;
      this.live?.control.stop();
    };
    this.device = await initialiseBackend(choice, { onLost: fail, onDeviceError: fail });
    return this.device;
  }

  async loadData(
    source: Source,
    files: readonly File[] | null,
    onProgress: (p: DataProgress) => void,
  ): Promise<DataSummary> {
    const dataset = await loadDataset(source, { files, onProgress, baseUrl: this.baseUrl });
    this.datasets.set(source, dataset);
    const { provenance, classNames, train, test } = dataset;
    return { source, provenance, classNames, trainCount: train.labels.length, testCount: test.labels.length };
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

  async race(runId: string, config: ExperimentConfig, onEvent: (e: RaceEvent) => void): Promise<void> {
    if (this.racing) throw new Error('A race is running already: stop it before another starts.');
    this.racing = true;
    try {
      onEvent({ type: 'state', runId, state: 'preparing', message: 'Preparing the data and the networks' });
      if (!this.device) await this.initialise('auto');
      if (!this.datasets.has(config.dataset.source))
        await this.loadData(config.dataset.source, null, () => {});
      const { backend, device, warnings } = this.device!;
      onEvent({ type: 'backend', runId, backend, device, warnings: [...warnings] });
      const data = this.datasets.get(config.dataset.source)!;
      const previous = this.live;
      // The old models go only when the new race is sure to start.
      const race = new Race(config, data, {
        runId,
        backend,
        device,
        appVersion: this.appVersion,
        emit: onEvent,
      });
      previous?.dispose();
      this.live = race;
      await race.run();
      if (this.lost !== null) {
        const message = `The graphics device was lost (${this.lost}). Start the race again, or choose another backend.`;
        onEvent({ type: 'error', runId, message, recoverable: true });
      }
    } catch (error) {
      onEvent({
        type: 'error',
        runId,
        message: error instanceof Error ? error.message : String(error),
        recoverable: true,
      });
      onEvent({ type: 'state', runId, state: 'failed' });
    } finally {
      this.racing = false;
    }
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
    const views: ExampleView[] = [];
    for (const trainer of race.trainers) views.push(await exampleOf(trainer, race.data.test, request));
    return views;
  }

  async robustness(
    { n, seed }: { n: number; seed: number },
    onProgress: (p: JobProgress) => void,
  ): Promise<RobustnessReport> {
    const race = this.raceOrThrow();
    this.jobStopped = false;
    const { eps } = race.config.attack;
    return robustnessReport(
      race.trainers,
      race.data.test,
      { n, seed, eps },
      onProgress,
      () => this.jobStopped,
    );
  }

  async stopJob(): Promise<void> {
    this.jobStopped = true;
  }

  async weights(label: string): Promise<Uint8Array> {
    const trainer: Trainer | undefined = this.raceOrThrow().trainers.find(
      (t) => t.contestant.label === label,
    );
    if (!trainer) throw new Error(`There is no trained model "${label}".`);
    const { method, switches } = trainer.contestant;
    return exportWeights(trainer.network, {
      label,
      method,
      switches: JSON.stringify(switches),
      steps: String(trainer.step),
    });
  }

  private raceOrThrow(): Race {
    if (!this.live) throw new Error('There are no trained models yet: press Train first.');
    return this.live;
  }
}
