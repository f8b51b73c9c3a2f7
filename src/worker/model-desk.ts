/**
 * Work with models: the last race's, those that the visitor opened and those that come with the page. Brings device and
 * models back when they are gone, and makes one stress test at a time.
 */
import { subset } from '../core/data/subset.ts';
import { plannedPasses, type RobustnessOptions } from '../core/judge/plan.ts';
import type { RobustnessReport } from '../core/result/stress-report.ts';
import { networkCost } from '../core/nn/architecture.ts';
import type { ModelAnswers } from '../core/nn/model-answers.ts';
import { RaceControl } from '../core/race/control.ts';
import type { Race } from '../core/race/race.ts';
import type { BackendChoice } from '../core/settings/config.ts';
import type { WeightFiles } from '../core/training/exported-model.ts';
import type { JobProgress, ModelSummary } from './api.ts';
import type { Datasets } from './datasets.ts';
import type { EngineDevice } from './device.ts';
import { examples, lossSlice, weightFiles, whileHeld } from './models.ts';
import { OpenedModels } from './opened-models.ts';
import { judge } from './robustness.ts';
import type { ShippedModels } from './shipped.ts';
import { subjectOf, type Subjects } from './subjects.ts';
import type {
  ExampleRequest,
  ExampleView,
  ShippedRequest,
  ShippedView,
  SliceRequest,
  SliceView,
  TestImages,
} from './viewer.ts';

export interface DeskHost {
  /** The last race with its models, brought back where they are gone. Rejects with one sentence if there is none. */
  lastRace(): Promise<Race>;
  /** The control of the race that trains now, or null. */
  training(): RaceControl | null;
  isRacing(): boolean;
  startBackend(choice: BackendChoice): Promise<unknown>;
}

export class ModelDesk {
  readonly opened = new OpenedModels();
  job = new RaceControl();
  /** The stress test under way; resolves, and never rejects, when it uses the models no more. */
  private jobDone: Promise<unknown> = Promise.resolve();
  /** The attack on shipped models under way; resolves, and never rejects, when it uses them no more. */
  shippedDone: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly device: EngineDevice,
    private readonly datasets: Datasets,
    readonly shipped: ShippedModels,
    private readonly host: DeskHost,
  ) {}

  /** A stress test ends with the rows that it has before its models go. */
  async endJob(): Promise<void> {
    this.job.stop();
    await this.jobDone;
  }

  async open(id: string, label: string, file: File, answers: ModelAnswers): Promise<ModelSummary> {
    await this.endJob();
    return this.opened.open(id, label, file, answers);
  }

  async close(id: string): Promise<void> {
    await this.endJob();
    this.opened.close(id);
  }

  example(request: ExampleRequest): Promise<ExampleView[]> {
    return this.with(
      () => this.subjects(request.images),
      (subjects) => examples(subjects, request),
    );
  }

  /** Starts a backend where none is. */
  attackShipped(request: ShippedRequest): Promise<ShippedView[]> {
    return this.with(
      () => this.ensureDevice(),
      () => {
        const views = whileHeld(this.host.training(), () => this.shipped.attack(request));
        this.shippedDone = views.catch(() => {});
        return views;
      },
    );
  }

  lossSlice(request: SliceRequest): Promise<SliceView> {
    return this.with(
      () => this.subjects(request.images),
      (subjects) => lossSlice(subjects, request),
    );
  }

  weights(label: string): Promise<WeightFiles> {
    return this.with(
      () => this.host.lastRace(),
      (race) => weightFiles(race, label),
    );
  }

  async estimateRobustness(options: RobustnessOptions, images?: TestImages): Promise<number> {
    if (images) await this.ensureDevice();
    const race = images ? null : await this.host.lastRace();
    const { classes, source } = images?.dataset ?? race!.config.dataset;
    const { classNames } = await this.datasets.ensure(source);
    const trained =
      race?.config.contestants.map(() => ({ ...race.config.network, classes: classes.length })) ?? [];
    const networks = [...trained, ...this.opened.specsFor(classes, classNames)];
    const flop = networks.reduce((sum, network) => sum + networkCost(network).flopPerImage, 0);
    const passes = plannedPasses(options, classes.length, networks.length) / Math.max(1, networks.length);
    return (passes * flop) / (this.device.info!.gflops * 1e9);
  }

  async robustness(
    options: RobustnessOptions,
    onProgress: (p: JobProgress) => void,
    images?: TestImages,
  ): Promise<RobustnessReport> {
    await this.endJob();
    const subjects = await this.subjects(images);
    this.job = new RaceControl();
    const report = judge(subjects, options, this.job, onProgress);
    this.jobDone = report.catch(() => {});
    try {
      return await report;
    } catch (error) {
      if (!(await this.device.isLost())) throw error;
      throw new Error(
        `${this.device.lost} The test ended with the rows it had: start it again for the others.`,
      );
    }
  }

  /**
   * Works with what `get` gives. Where the device goes away during the work, it is done once more with what `get`
   * brings back.
   */
  private async with<M, T>(get: () => Promise<M>, work: (models: M) => Promise<T>): Promise<T> {
    const models = await get();
    try {
      return await work(models);
    } catch (error) {
      if (!(await this.device.isLost())) throw error;
      if (this.host.isRacing())
        throw new Error('The device was lost: the models are back as soon as the race goes on.', {
          cause: error,
        });
      return work(await get());
    }
  }

  /** The models of the last race and the opened ones that know its classes; with `images`, the opened ones alone. */
  private async subjects(images?: TestImages): Promise<Subjects> {
    if (images) return this.openedOn(images);
    const race = await this.host.lastRace();
    const { dataset } = race.config;
    const { classNames } = await this.datasets.ensure(dataset.source);
    const trained = (await race.models()).map(subjectOf);
    const taken = new Set(trained.map((m) => m.label));
    const opened = this.opened
      .subjects(dataset.classes, classNames)
      .map((m) => (taken.has(m.label) ? { ...m, label: `${m.label} (opened)` } : m));
    const models = [...trained, ...opened];
    return { models, images: race.data.test, control: race.control };
  }

  private async ensureDevice(): Promise<void> {
    if (!this.device.info) await this.host.startBackend('auto');
    else if (this.device.lost !== null && !this.host.isRacing())
      await this.host.startBackend(this.device.info.backend);
  }

  private async openedOn({ dataset, seed }: TestImages): Promise<Subjects> {
    await this.ensureDevice();
    const data = await this.datasets.ensure(dataset.source);
    const { test } = subset(data, { dataset: { ...dataset, trainSize: 0 }, seed });
    const models = this.opened.subjects(dataset.classes, data.classNames);
    if (models.length === 0)
      throw new Error('None of the opened models tells the classes of these images apart.');
    return { models, images: test, control: this.host.training() };
  }
}
