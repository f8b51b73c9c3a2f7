/**
 * A race: contestants advance together, epoch by epoch, from the same initial weights and data order. One seed: `Series` repeats it
 * over `config.repeats`.
 */
import * as tf from '@tensorflow/tfjs-core';
import { batchTensors, countCorrect } from '../analysis/accuracy.ts';
import { bnDivergence } from '../analysis/bn-divergence.ts';
import { pgd } from '../attacks/pgd.ts';
import { deviceFault } from '../backend/device-fault.ts';
import { halfPrecisionAvailable } from '../backend/precision.ts';
import { stepCapture } from '../backend/step-capture.ts';
import type { BackendName, ExperimentConfig } from '../settings/config.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE, type Dataset } from '../data/dataset.ts';
import { subset } from '../data/subset.ts';
import { RandomStream } from '../random/random.ts';
import type { EpochPoint, FinalResult, RaceResult, RunResult } from '../result/results.ts';
import { RESULTS_VERSION } from '../result/results.ts';
import { saveCheckpoint } from './checkpoint.ts';
import { RaceControl, RaceInterrupted, RaceStopped } from './control.ts';
import { Progress, type ProgressEvent, type SeriesPart } from './progress.ts';
import type { RaceEvent } from './events.ts';
import { RACE_CHECKPOINT_VERSION, restoreTrainers, type RaceCheckpoint } from './race-checkpoint.ts';
import { StepClock } from './step-clock.ts';
import { Trainer } from './trainer.ts';

/** Test images whose BatchNorm statistics are compared after each epoch. */
const BN_IMAGES = 64;
const EVALUATION_BATCH = 128;

export interface RaceEnvironment {
  readonly runId: string;
  readonly backend: BackendName;
  readonly device: string;
  readonly appVersion: string;
  readonly emit: (event: RaceEvent) => void;
  /** Pauses and stops this race and those after it; its own where none is given. */
  readonly control?: RaceControl;
  /** One race of a series, for progress. */
  readonly part?: SeriesPart;
  /** Goes on from here. */
  readonly from?: RaceCheckpoint;
  /**
   * Keeps checkpoints: one after each epoch, one every `everySeconds` of work, one when the race is stopped. A failure to keep one
   * does not end the race.
   */
  readonly checkpoints?: {
    readonly everySeconds: number;
    readonly keep: (checkpoint: RaceCheckpoint) => Promise<void>;
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Run = Mutable<RunResult> & {
  curves: EpochPoint[];
  gradientConflict: RunResult['gradientConflict'][number][];
  bn: RunResult['bn'][number][];
};

export class Race {
  readonly control: RaceControl;
  readonly trainers: Trainer[] = [];
  /** The race's subset of the dataset, labels 0..k-1. */
  readonly data: Dataset;
  private runs: Run[];
  private readonly clocks: readonly StepClock[];
  private readonly progress: Progress;
  private epoch = 0;
  /** When the last checkpoint was kept, on the clock of `performance.now`, and how long that took, in milliseconds. */
  private kept = { at: performance.now(), took: 0, refused: false };

  /** Throws one sentence when the data does not suffice, the device lacks the precision or the checkpoint does not fit. Owns its networks: `dispose`. */
  constructor(
    readonly config: ExperimentConfig,
    data: Dataset,
    private readonly environment: RaceEnvironment,
  ) {
    if (config.precision === 'float16' && !halfPrecisionAvailable())
      throw new Error(
        `Half precision needs a WebGPU device with 16-bit floats (shader-f16), and ${environment.device} has none: ` +
          'train in float32, or choose another backend.',
      );
    this.control = environment.control ?? new RaceControl();
    this.data = subset(data, config);
    for (const c of config.contestants) this.trainers.push(new Trainer(c, config, this.data));
    this.runs = config.contestants.map((c) => ({
      ...c,
      curves: [],
      gradientConflict: [],
      bn: [],
      final: null,
      imagesPerSecond: 0,
      seconds: 0,
    }));
    const { from } = environment;
    if (from) this.restore(from);
    this.clocks = this.runs.map((run) => new StepClock(run.seconds));
    const report = (p: ProgressEvent) => this.emit({ type: 'progress', ...p });
    this.progress = new Progress(config, this.trainers, report, environment.part);
  }

  private restore(from: RaceCheckpoint): void {
    try {
      restoreTrainers(from, this.config, this.data.provenance, this.trainers);
    } catch (error) {
      this.dispose();
      throw error;
    }
    this.epoch = from.epoch;
    this.runs = from.runs.map((run) => ({
      ...run,
      curves: [...run.curves],
      gradientConflict: [...run.gradientConflict],
      bn: [...run.bn],
    }));
  }

  private emit(event: EventWithoutRun): void {
    this.environment.emit({ ...event, runId: this.environment.runId } as RaceEvent);
  }

  /**
   * Trains to the end. Resolves with the result, whatever the status; a failure is also emitted as an `error` event. Rejects with
   * `RaceInterrupted`, and says nothing, when the device went away under it: the caller goes on from the last checkpoint.
   */
  async run(): Promise<RaceResult> {
    this.control.onPause = (paused) => {
      this.progress.pause(paused);
      this.emit({ type: 'state', state: paused ? 'paused' : 'running' });
    };
    const { from } = this.environment;
    if (from) this.emit({ type: 'restored', runs: from.runs, epoch: from.epoch });
    let status: RaceResult['status'] = 'complete';
    try {
      await this.compile();
      this.emit({ type: 'state', state: 'running' });
      // A race that goes on: methods whose epochs differ have to know where they are.
      if (from)
        for (const t of this.trainers) await t.beforeEpoch(this.epoch, () => this.control.checkpoint());
      await this.evaluateEpoch();
      while (this.epoch < this.config.optimiser.epochs) await this.trainEpoch();
      await this.finish();
    } catch (error) {
      if (!(error instanceof RaceStopped)) await this.askDevice();
      // Whatever a lost device made fail: the loss is the reason.
      if (this.control.interrupted !== null) throw new RaceInterrupted(this.control.interrupted);
      status = error instanceof RaceStopped ? 'stopped' : 'failed';
      if (status === 'stopped') await this.keepCheckpoint();
      if (status === 'failed')
        this.emit({
          type: 'error',
          message: error instanceof Error ? error.message : String(error),
          recoverable: false,
        });
    }
    for (const t of this.trainers) t.rest();
    const result = this.result(status);
    this.emit({ type: 'result', result });
    this.emit({ type: 'state', state: status });
    return result;
  }

  /** Finds out whether the device is gone, also where nobody has said so yet. */
  private async askDevice(): Promise<void> {
    if (this.control.interrupted !== null) return;
    const fault = await deviceFault();
    if (fault !== null) this.control.interrupt(fault);
  }

  /** Where programs are compiled for the device: all of them now, side by side, and not one by one in the first steps. */
  private async compile(): Promise<void> {
    const capture = stepCapture();
    if (!capture?.compilesAside) return;
    const rehearse = () => {
      for (const t of this.trainers) t.rehearse();
    };
    await capture.compile(rehearse, async (done, total) => {
      const message = `Compiling GPU programs: ${done} of ${total}`;
      this.emit({ type: 'state', state: 'preparing', message });
      await this.control.checkpoint();
    });
  }

  private async trainEpoch(): Promise<void> {
    const steps = this.trainers[0].batches.batchesPerEpoch;
    const first = this.epoch * steps;
    for (const t of this.trainers)
      if (this.epoch > 0 && t.step === first) await t.updateBalance(() => this.control.checkpoint());
    for (const t of this.trainers) await t.beforeEpoch(this.epoch, () => this.control.checkpoint());
    for (let step = first; step < first + steps; step++) {
      // A round is one step of every contestant: they stay together also when a visitor pauses.
      await this.control.checkpoint(true);
      await this.keepCheckpointWhenDue();
      for (const [k, t] of this.trainers.entries()) {
        // A race that goes on from a stop within a round: this one has taken the step.
        if (t.step > step) continue;
        await this.clocks[k].run(async () => {
          t.trainStep();
          await t.readMetrics();
        });
        this.runs[k].seconds = this.clocks[k].seconds;
        this.flushConflicts(k);
        this.progress.trained(this.epoch, t);
        await this.control.checkpoint();
      }
    }
    this.epoch++;
    await this.evaluateEpoch();
    await this.keepCheckpoint();
  }

  private async keepCheckpointWhenDue(): Promise<void> {
    const { checkpoints } = this.environment;
    // Keeping takes at most a twentieth of the time.
    const due = Math.max(1000 * (checkpoints?.everySeconds ?? Infinity), 20 * this.kept.took);
    if (performance.now() - this.kept.at > due) await this.keepCheckpoint();
  }

  private async keepCheckpoint(): Promise<void> {
    const { checkpoints } = this.environment;
    if (!checkpoints) return;
    const started = performance.now();
    let { refused } = this.kept;
    try {
      const checkpoint = await this.checkpoint();
      // A lost WebGL context reads zeros: nothing of it may replace the state that was kept before.
      await this.askDevice();
      if (this.control.interrupted !== null) return;
      await checkpoints.keep(checkpoint);
    } catch (error) {
      await this.askDevice();
      if (this.control.interrupted !== null) return;
      const why = error instanceof Error ? error.message : String(error);
      const message = `This browser does not keep the state of the race (${why}): it goes on, but a crash would cost all of it.`;
      if (!refused) this.emit({ type: 'note', message });
      refused = true;
    }
    const now = performance.now();
    this.kept = { at: now, took: now - started, refused };
  }

  /** Where the race is, between two steps. */
  private async checkpoint(): Promise<RaceCheckpoint> {
    const trainers = [];
    for (const [k, t] of this.trainers.entries()) {
      trainers.push(await saveCheckpoint(t));
      this.flushConflicts(k);
    }
    return {
      version: RACE_CHECKPOINT_VERSION,
      runId: this.environment.runId,
      config: this.config,
      provenance: this.data.provenance,
      epoch: this.epoch,
      stepsDone: this.trainers.reduce((sum, t) => sum + t.step, 0),
      stepsTotal: this.trainers.reduce((sum, t) => sum + t.totalSteps, 0),
      savedAt: new Date().toISOString(),
      runs: this.result('stopped').runs,
      trainers,
    };
  }

  private flushConflicts(k: number): void {
    const { label, gradientConflict } = this.runs[k];
    for (const point of this.trainers[k].takeConflicts()) {
      gradientConflict.push(point);
      this.emit({ type: 'conflict', label, point });
    }
  }

  private async evaluateEpoch(): Promise<void> {
    for (const [k, t] of this.trainers.entries()) {
      const { label, curves } = this.runs[k];
      // A race that goes on from a stop within this evaluation: this one has been evaluated.
      if (curves.at(-1)?.epoch === this.epoch) continue;
      if (this.epoch > 0) await t.afterEpoch(this.epoch, () => this.control.checkpoint());
      const learningRate = t.step > 0 ? t.learningRate : undefined;
      await t.readMetrics(true);
      this.flushConflicts(k);
      const { clean, robust } = await this.accuracy(
        t,
        Math.min(this.config.evaluation.n, this.data.test.labels.length),
      );
      const usesBalance = t.method.switches.includes('autoBalance');
      const point: EpochPoint = {
        epoch: this.epoch,
        step: t.step,
        clean,
        robust,
        ...t.takeMeans(),
        ...(usesBalance ? { balance: t.balance } : {}),
        ...(learningRate === undefined ? {} : { learningRate }),
      };
      const bn = { epoch: this.epoch, layers: await this.divergence(t) };
      curves.push(point);
      this.runs[k].bn.push(bn);
      this.emit({ type: 'epoch', label, point });
      this.emit({ type: 'bn', label, point: bn });
    }
  }

  private startNoise(batch: number, shape: [number, number, number, number]): tf.Tensor4D {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = RandomStream.of(this.config.seed, `evaluation start ${batch}`).uniformArray(size, -1, 1);
    return tf.tensor4d(values, shape);
  }

  /** Clean accuracy and accuracy under the evaluation PGD (CE, one uniform start) on the first n test images. */
  private async accuracy(t: Trainer, n: number): Promise<{ clean: number; robust: number }> {
    const { evaluation, attack } = this.config;
    const indices = Array.from({ length: n }, (_, i) => i);
    const afterBatch = async () => {
      this.progress.evaluated(this.epoch, t);
      await this.control.checkpoint();
    };
    const options = { batchSize: EVALUATION_BATCH, afterBatch, of: t.contestant.label };
    const clean = await countCorrect(t.logits, this.data.test, indices, options);
    const robust = await countCorrect(t.logits, this.data.test, indices, {
      ...options,
      attack: (x, y, batch) => {
        const noise = this.startNoise(batch, x.shape);
        const adversarial = pgd(t.logits, x, y, {
          eps: attack.eps,
          stepSize: evaluation.stepSize,
          steps: evaluation.steps,
          loss: 'ce',
          starts: [noise],
        });
        noise.dispose();
        return adversarial;
      },
    });
    return { clean: clean / n, robust: robust / n };
  }

  private async divergence(t: Trainer) {
    const n = Math.min(BN_IMAGES, this.data.test.labels.length);
    const { x, y } = batchTensors(
      this.data.test,
      Array.from({ length: n }, (_, i) => i),
    );
    const noise = this.startNoise(0, [n, IMAGE_SIZE, IMAGE_SIZE, IMAGE_CHANNELS]);
    const xAdv = pgd(t.logits, x, y, { ...this.config.attack, loss: 'ce', starts: [noise] });
    try {
      return await bnDivergence(t.evaluated, x, xAdv);
    } finally {
      tf.dispose([x, y, noise, xAdv]);
    }
  }

  private async finish(): Promise<void> {
    this.emit({ type: 'state', state: 'evaluating', message: 'Final evaluation on the whole test subset' });
    const n = this.data.test.labels.length;
    for (const [k, t] of this.trainers.entries()) {
      if (this.runs[k].final !== null) continue;
      const { clean, robust } = await this.accuracy(t, n);
      const final: FinalResult = { clean, robust, n, attack: this.describeAttack() };
      const run = this.runs[k];
      run.final = final;
      const { label, seconds } = run;
      this.emit({ type: 'final', label, final, seconds, imagesPerSecond: this.imagesPerSecond(k) });
    }
  }

  private describeAttack(): string {
    const { attack, evaluation, seed } = this.config;
    const in255 = (v: number) => Number((v * 255).toFixed(2));
    return (
      `PGD-${evaluation.steps}, L-inf, eps ${in255(attack.eps)}/255, step ${in255(evaluation.stepSize)}/255, CE, ` +
      `1 uniform start, seed ${seed}`
    );
  }

  private imagesPerSecond(k: number): number {
    const { seconds } = this.runs[k];
    return seconds > 0 ? (this.trainers[k].step * this.config.optimiser.batchSize) / seconds : 0;
  }

  /** What there is so far. */
  result(status: RaceResult['status']): RaceResult {
    const { backend, device, appVersion } = this.environment;
    return {
      version: RESULTS_VERSION,
      config: this.config,
      backend,
      device,
      dataset: { provenance: this.data.provenance, classNames: [...this.data.classNames] },
      status,
      finishedAt: new Date().toISOString(),
      appVersion,
      runs: this.runs.map((run, k) => ({ ...run, imagesPerSecond: this.imagesPerSecond(k) })),
    };
  }

  dispose(): void {
    for (const t of this.trainers) t.dispose();
  }
}

type EventWithoutRun = RaceEvent extends infer E ? (E extends RaceEvent ? Omit<E, 'runId'> : never) : never;
