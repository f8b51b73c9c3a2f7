/**
 * A race: contestants with the same initial weights and data order, over one seed or several. Every contestant and
 * seed is a lane (lane.ts); an executor trains them; the race folds what they say into its result (race-log.ts) and
 * keeps checkpoints.
 */
import { errorMessage, withoutFullStop } from '../error-message.ts';
import type { Arithmetic } from '../backend/arithmetic.ts';
import { deviceFault } from '../backend/device-fault.ts';
import { halfPrecisionAvailable } from '../backend/precision.ts';
import type { BackendName, ExperimentConfig } from '../settings/config.ts';
import type { Dataset } from '../data/dataset.ts';
import { startFault } from '../nn/start-fault.ts';
import type { StartWeights } from '../nn/start-weights.ts';
import { epochsOf } from '../experiments/epochs.ts';
import type { EarlierPart, RaceResult, RunResult } from '../result/results.ts';
import { Diverged } from '../analysis/diverged.ts';
import type { Trainer } from '../training/trainer.ts';
import { RaceControl, RaceInterrupted, RaceStopped } from './control.ts';
import type { LaneMessage, RaceEvent } from './events.ts';
import { LaneEnded, type CreateExecutor, type Executor, type ExecutorHost } from './executor.ts';
import { InTurn } from './in-turn.ts';
import { isOver, type LanePlan } from './lane.ts';
import { laneSteps, Progress } from './progress.ts';
import {
  checkCheckpoint,
  earlierParts,
  RACE_CHECKPOINT_VERSION,
  sealed,
  type LaneCheckpoint,
  type RaceCheckpoint,
} from './race-checkpoint.ts';
import { apply, emptyRun, ended, seedsOf, start } from './race-log.ts';

export interface RaceEnvironment {
  readonly runId: string;
  readonly backend: BackendName;
  readonly device: string;
  /** Recorded in the result and in checkpoints. */
  readonly arithmetic?: Arithmetic;
  readonly appVersion: string;
  /** Git commit of this code, if known. Recorded in the result. */
  readonly commit?: string;
  readonly emit: (event: RaceEvent) => void;
  /** The state from which the race is resumed. */
  readonly from?: RaceCheckpoint;
  /** The weights that the settings say training starts from; those in `from` serve as well. */
  readonly start?: StartWeights;
  /**
   * Keeps checkpoints: one after each epoch, one every `everySeconds` of work, one when the race is stopped. A failure
   * to keep one does not end the race.
   */
  readonly checkpoints?: {
    readonly everySeconds: number;
    readonly keep: (checkpoint: RaceCheckpoint) => Promise<void>;
  };
  /** How lanes are trained; default: in turn, on the current backend. */
  readonly executor?: CreateExecutor;
}

type EventWithoutRun = RaceEvent extends infer E ? (E extends RaceEvent ? Omit<E, 'runId'> : never) : never;

/** The lanes of a race, in the order of its result's runs: seed by seed, in each the contestants. */
export function plansOf(config: ExperimentConfig, start?: StartWeights): LanePlan[] {
  return seedsOf(config).flatMap((seed) =>
    config.contestants.map((contestant) => ({
      contestant,
      config: {
        ...config,
        optimiser: { ...config.optimiser, epochs: epochsOf(config, contestant) },
        contestants: [contestant],
        seed: seed ?? config.seed,
        repeats: 1,
      },
      seed,
      ...(start && { start }),
    })),
  );
}

/** Whether the lane would start from its first weights. */
const notBegun = ({ run, trainer }: LaneCheckpoint): boolean => trainer === null && !isOver(run);

export class Race {
  /** Pauses, steps and stops all lanes. */
  readonly control = new RaceControl();
  private readonly plans: readonly LanePlan[];
  private readonly executor: Executor;
  /** Null where training starts from random weights, or all lanes have begun. */
  private readonly start: StartWeights | null;
  private readonly progress: Progress;
  private log: RaceResult;
  /** What computed the race before `environment.from` was resumed here. */
  private readonly earlier: readonly EarlierPart[];
  /** When the last checkpoint was kept, on the clock of `performance.now`, and how long that took, in milliseconds. */
  private kept = { at: performance.now(), took: 0, refused: false };

  /**
   * Throws one sentence when the data does not suffice, the device lacks the precision or the checkpoint does not fit.
   * Owns the networks of the seed at work, which stay for viewer and judge after the last: `dispose`.
   */
  constructor(
    readonly config: ExperimentConfig,
    data: Dataset,
    private readonly environment: RaceEnvironment,
  ) {
    const { from, backend, device, arithmetic, appVersion, commit } = environment;
    if (config.precision === 'float16' && !halfPrecisionAvailable())
      throw new Error(
        `Half precision needs a WebGPU device with 16-bit floats (shader-f16), and ${device} has none: ` +
          'train in float32, or choose another backend.',
      );
    if (from) checkCheckpoint(from, config, data.provenance);
    this.earlier = from ? earlierParts(from, { backend, device: device, arithmetic }) : [];
    this.start = this.startOf(from, environment.start);
    this.plans = plansOf(config, this.start ?? undefined);
    const parts = {
      plans: this.plans,
      dataset: data,
      control: this.control,
      host: this.host(),
      from: from?.lanes,
    };
    this.executor = environment.executor?.(parts) ?? new InTurn(parts);
    const { provenance, classNames } = this.executor.data;
    this.log = start({
      config,
      backend,
      device,
      arithmetic,
      earlier: this.earlier,
      dataset: { provenance, classNames: [...classNames] },
      appVersion,
      commit,
    });
    const before = this.plans.map((plan, i) => {
      const lane = from?.lanes[i];
      return lane?.trainer?.step ?? (lane && isOver(lane.run) ? laneSteps(plan.config) : 0);
    });
    this.progress = new Progress(config, before, (p) => this.emit({ type: 'progress', ...p }));
  }

  /** Throws one sentence where a lane has not begun and the weights that it starts from are missing or do not fit. */
  private startOf(from: RaceCheckpoint | undefined, given: StartWeights | undefined): StartWeights | null {
    if (from && !from.lanes.some(notBegun)) return null;
    const start = given ?? from?.start ?? null;
    const fault = startFault(this.config, start);
    if (fault !== null) throw new Error(fault);
    return this.config.start ? start : null;
  }

  /** Trained models of the seed at work, or of the last: see `Executor.models`. */
  models(): Promise<readonly Trainer[]> {
    return this.executor.models();
  }

  /** The subset of the dataset on which `models` were trained, labels 0..k-1. */
  get data(): Dataset {
    return this.executor.data;
  }

  private host(): ExecutorHost {
    return {
      tell: (lane, message) => this.tell(lane, message),
      runOf: (lane) => this.runOf(lane),
      restarted: (lane, from, why) => this.restarted(lane, from, why),
      failed: (lane, error) => this.failed(lane, error),
      state: (state, message) =>
        this.emit({ type: 'state', state, ...(message === undefined ? {} : { message }) }),
      betweenSteps: () => this.keepCheckpointWhenDue(),
      epochOver: () => this.keepCheckpoint(),
    };
  }

  private emit(event: EventWithoutRun): void {
    const whole = { ...event, runId: this.environment.runId } as RaceEvent;
    this.log = apply(this.log, whole);
    this.environment.emit(whole);
  }

  private tell(lane: number, message: LaneMessage): void {
    const { contestant, seed } = this.plans[lane];
    const name = { label: contestant.label, ...(seed === undefined ? {} : { seed }) };
    if (message.type === 'progress') this.progress.worked(lane, name, message);
    else this.emit({ ...message, ...name });
  }

  private runOf(lane: number): RunResult {
    const { contestant, seed } = this.plans[lane];
    const run = this.log.runs.find((r) => r.label === contestant.label && r.seed === seed);
    return run ?? emptyRun(contestant, seed);
  }

  /** Lane `lane` starts again from `from`: its run is reset to what had been measured by then. */
  private restarted(lane: number, from: LaneCheckpoint | null, why: string): void {
    const { contestant, seed } = this.plans[lane];
    const run = from?.run ?? emptyRun(contestant, seed);
    const runs = this.log.runs.map((r) => (r.label === run.label && r.seed === run.seed ? run : r));
    const where = from ? 'from its last kept state' : 'from the beginning';
    const message = `The worker of ${contestant.label} died (${withoutFullStop(why)}): it starts again ${where}.`;
    this.emit({ type: 'note', message });
    this.progress.restarted(lane, from?.trainer?.step ?? 0);
    this.emit({ type: 'restored', runs, epoch: this.executor.epoch });
  }

  /**
   * A lane ended with an error. A contestant that diverged would do so again from any checkpoint: it ends alone, as
   * does one whose worker dies again and again. Anything else, such as a kernel that throws, ends the race, which can
   * then be resumed from its last checkpoint.
   */
  private async failed(lane: number, error: unknown): Promise<void> {
    await this.askDevice();
    const alone = error instanceof Diverged || error instanceof LaneEnded;
    if (this.control.interrupted !== null || !alone) throw error;
    this.tell(lane, { type: 'failure', message: error.message });
    this.progress.dropped(lane);
  }

  /**
   * Trains to the end. Resolves with the result, whatever the status; a race that an error cut short, or in which
   * every contestant diverged, is `failed`, and an `error` event says why. Rejects with `RaceInterrupted`, and says
   * nothing, when the device went away under it: the caller resumes from the last checkpoint.
   */
  async run(): Promise<RaceResult> {
    this.control.onPause = (paused) => {
      this.progress.pause(paused);
      this.emit({ type: 'state', state: paused ? 'paused' : 'running' });
    };
    this.tellRestored();
    let status: RaceResult['status'] = 'complete';
    try {
      await this.executor.run();
      const why = this.whyFailed();
      if (why !== null) throw new Error(why);
    } catch (error) {
      if (!(error instanceof RaceStopped)) await this.askDevice();
      // If the device was lost, the loss is the reason, whatever failed because of it.
      if (this.control.interrupted !== null) throw new RaceInterrupted(this.control.interrupted);
      status = error instanceof RaceStopped ? 'stopped' : 'failed';
      if (status === 'failed') this.emit({ type: 'error', message: errorMessage(error), recoverable: false });
    }
    if (status === 'stopped') await this.keepCheckpoint();
    this.executor.rest();
    const result = ended(this.log, status);
    this.emit({ type: 'result', result });
    this.emit({ type: 'state', state: status });
    return result;
  }

  /** With the runs of lanes that have begun; the others appear when they do. */
  private tellRestored(): void {
    const { from } = this.environment;
    if (!from) return;
    const runs = from.lanes.flatMap(({ run, trainer }) => (trainer !== null || isOver(run) ? [run] : []));
    this.emit({ type: 'restored', runs, epoch: from.epoch });
  }

  /** One sentence when no lane has a final result; else null. */
  private whyFailed(): string | null {
    const { runs } = this.log;
    if (runs.some((run) => run.final !== null)) return null;
    const [first] = runs.flatMap((run) => run.failure ?? []);
    return runs.length === 1 ? first : `None of the ${runs.length} runs reached its end. ${first}`;
  }

  /** Checks whether the device is lost, even if it has not reported so. */
  private async askDevice(): Promise<void> {
    if (this.control.interrupted !== null) return;
    const fault = await deviceFault();
    if (fault !== null) this.control.interrupt(fault);
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
      const why = errorMessage(error);
      const message = `The state of the race could not be kept (${why}): it continues, but a crash would cost all of it.`;
      if (!refused) this.emit({ type: 'note', message });
      refused = true;
    }
    const now = performance.now();
    this.kept = { at: now, took: now - started, refused };
  }

  /** The race's state between two steps. */
  private async checkpoint(): Promise<RaceCheckpoint> {
    const saved = await this.executor.save();
    const { runId, backend, device, arithmetic } = this.environment;
    const lanes = this.plans.map(
      (_, i): LaneCheckpoint => saved.get(i) ?? { run: this.runOf(i), trainer: null, data: null },
    );
    return sealed({
      version: RACE_CHECKPOINT_VERSION,
      runId,
      config: this.config,
      provenance: this.data.provenance,
      backend,
      device: device,
      ...(arithmetic === undefined ? {} : { arithmetic }),
      ...(this.earlier.length === 0 ? {} : { earlier: this.earlier }),
      epoch: this.executor.epoch,
      stepsDone: this.progress.stepsDone,
      stepsTotal: this.progress.stepsTotal,
      ...(this.start && lanes.some(notBegun) ? { start: this.start } : {}),
      savedAt: new Date().toISOString(),
      lanes,
    });
  }

  dispose(): void {
    this.executor.dispose();
  }
}
