/**
 * A lane: one contestant and one seed, trained from start to end. It has a trainer, random streams, a clock and a
 * checkpoint of its own, and knows nothing of other lanes, so that its numbers do not depend on what runs beside it.
 * What leaves it is plain data (`LaneMessage`, `LaneCheckpoint`), which may cross a thread.
 */
import type { Contestant, ExperimentConfig } from '../settings/config.ts';
import { packBits } from '../result/verdicts.ts';
import { contentOf, imageOrder } from '../data/content.ts';
import type { Dataset } from '../data/dataset.ts';
import type { StartWeights } from '../nn/start-weights.ts';
import type { ConflictPair, EpochPoint, RunResult } from '../result/results.ts';
import { restoreCheckpoint, saveCheckpoint, type Checkpoint } from '../training/checkpoint.ts';
import { measuresPairs } from '../training/conflict-pairs.ts';
import { StepClock } from '../training/step-clock.ts';
import { Trainer } from '../training/trainer.ts';
import { accuracy, describeAttack, divergence, inferenceSets } from './evaluation.ts';
import type { LaneMessage, Timing } from './events.ts';
import { refuseCheckpoint, type LaneCheckpoint } from './race-checkpoint.ts';

export interface LanePlan {
  readonly contestant: Contestant;
  /** The experiment with this contestant alone, its number of epochs and this lane's seed, not repeated. */
  readonly config: ExperimentConfig;
  /** Given in a race repeated over seeds, as in its results. */
  readonly seed?: number;
  /** The weights that it starts from, where the settings name some; a lane that has begun does not need them. */
  readonly start?: StartWeights;
}

/** Whether a run has come to its end: nothing of it is left to train. */
export const isOver = (run: RunResult): boolean => run.final !== null || run.failure !== undefined;

/** A piece of work that a lane does at a time. */
export type Work = 'evaluate' | 'prepare' | 'step' | 'final';

export interface LaneEnvironment {
  readonly tell: (message: LaneMessage) => void;
  /** Awaited between batches of long work; may wait, or throw to stop. */
  readonly pace: () => Promise<void>;
}

export class Lane {
  readonly trainer: Trainer;
  private readonly clock: StepClock;
  /** The last epoch that has been evaluated; -1 before the first evaluation. */
  private evaluated = -1;
  /** The epoch for which the method has been told that it begins. */
  private prepared = -1;
  private over = false;
  /** A restored method has to be told the epoch before anything else. */
  private restored = false;

  /**
   * `data`: the subset of the lane's seed. Throws one sentence when the checkpoint does not fit. Owns its networks:
   * `dispose`.
   */
  constructor(
    readonly plan: LanePlan,
    private readonly data: Dataset,
    private readonly environment: LaneEnvironment,
    from?: LaneCheckpoint,
  ) {
    this.trainer = new Trainer(plan.contestant, plan.config, data, plan.start);
    this.clock = new StepClock(from?.run.seconds ?? 0);
    if (from) this.restore(from);
  }

  private restore({ run, trainer, data }: LaneCheckpoint): void {
    try {
      if (trainer === null) {
        if (isOver(run)) refuseCheckpoint('parts of it are missing');
        return;
      }
      if (data !== null && data !== contentOf(this.data))
        refuseCheckpoint('it was trained on other images than those that are loaded now under the same name');
      restoreCheckpoint(this.trainer, trainer);
    } catch (error) {
      this.dispose();
      throw error;
    }
    this.restored = true;
    this.evaluated = run.curves.at(-1)?.epoch ?? -1;
    this.over = isOver(run);
  }

  private get stepsPerEpoch(): number {
    return this.trainer.batches.batchesPerEpoch;
  }

  /** Epochs whose training is over. */
  get epoch(): number {
    return Math.floor(this.trainer.step / this.stepsPerEpoch);
  }

  /** What it does next; null when it is over. */
  get next(): Work | null {
    const { epoch } = this;
    if (this.over) return null;
    if (this.evaluated < epoch) return 'evaluate';
    if (epoch === this.plan.config.optimiser.epochs) return 'final';
    return this.prepared < epoch ? 'prepare' : 'step';
  }

  /**
   * Pieces of work before the next one, from the start of training: lanes of one experiment at the same place have
   * done equally much.
   */
  get place(): number {
    const { epoch, trainer, next } = this;
    const offset = { evaluate: 0, prepare: 1, final: 1, step: 2 };
    return next === null ? Infinity : trainer.step + 2 * epoch + offset[next];
  }

  /** Does the next piece of work. Throws what `pace` throws, `Diverged`, or what the device throws. */
  async advance(): Promise<void> {
    const { next, epoch, trainer } = this;
    const { pace } = this.environment;
    if (next !== null) await this.tellRestored(pace);
    switch (next) {
      case 'evaluate':
        return this.evaluate(epoch);
      case 'prepare':
        if (this.balanceIsDue(epoch)) await trainer.updateBalance(pace);
        await trainer.beforeEpoch(epoch, pace);
        this.prepared = epoch;
        return;
      case 'step':
        return this.trainStep(epoch);
      case 'final':
        return this.finish();
      case null:
        return;
      default:
        return next satisfies never;
    }
  }

  /** Before an epoch's first step; before the first epoch only if no initial balance is given for it. */
  private balanceIsDue(epoch: number): boolean {
    const measured = epoch > 0 || this.plan.config.balanceImages === 'batches';
    return measured && this.trainer.step === epoch * this.stepsPerEpoch;
  }

  /** A method that has been restored is told which epoch it is in before anything else. */
  private async tellRestored(pace: () => Promise<void>): Promise<void> {
    if (!this.restored) return;
    await this.trainer.beforeEpoch(this.epoch, pace);
    this.restored = false;
  }

  /**
   * Call it before looking at the model of a lane that does not run: its method may have to choose which network is
   * evaluated.
   */
  async showModel(): Promise<void> {
    await this.tellRestored(async () => {});
  }

  /** Does all of its remaining work, without an executor. */
  async run(): Promise<void> {
    while (this.next !== null) {
      await this.advance();
      await this.environment.pace();
    }
  }

  private async trainStep(epoch: number): Promise<void> {
    const { trainer } = this;
    await this.clock.run(async () => {
      trainer.trainStep();
      await trainer.readMetrics();
    });
    this.tellConflicts();
    this.tellProgress('train', epoch);
  }

  private async evaluate(epoch: number): Promise<void> {
    const { trainer, data, plan } = this;
    const { tell, pace } = this.environment;
    const { test } = data;
    if (epoch > 0) await trainer.afterEpoch(epoch, pace);
    const learningRate = trainer.step > 0 ? trainer.learningRate : undefined;
    await trainer.readMetrics(true);
    this.tellConflicts();
    const n = Math.min(plan.config.evaluation.n, test.labels.length);
    const afterBatch = () => this.afterBatch(epoch);
    const { clean, robust } = await accuracy(trainer, plan.config, test, n, afterBatch);
    const training = await this.trainingAccuracy(afterBatch);
    const heldOut = await this.heldOutAccuracy(afterBatch);
    const { layers, featureDistance } = await divergence(trainer, plan.config, test);
    const pairs = await this.conflictPairs(epoch);
    if (epoch > 0 && heldOut !== undefined) await trainer.keepIfBest(epoch, heldOut);
    const { method, contestant } = trainer;
    const usesBalance =
      method.switches.includes('autoBalance') || (method.usesBalance?.(contestant.switches) ?? false);
    // Nothing is awaited from here on: a race that stops in between would lose the means.
    const point: EpochPoint = {
      epoch,
      step: trainer.step,
      clean,
      robust,
      ...training,
      ...(heldOut === undefined ? {} : { heldOutRobust: heldOut }),
      featureDistance,
      ...trainer.takeMeans(),
      ...(usesBalance ? { balance: trainer.balance } : {}),
      ...(learningRate === undefined ? {} : { learningRate }),
    };
    this.evaluated = epoch;
    tell({ type: 'epoch', point });
    tell({ type: 'bn', point: { epoch, layers } });
    if (pairs.length > 0) tell({ type: 'pairs', point: { epoch, pairs } });
    this.tellTiming();
  }

  /** On as many training images as the estimate has test images, where the settings ask for it. */
  private async trainingAccuracy(
    afterBatch: () => Promise<void>,
  ): Promise<Pick<EpochPoint, 'trainClean' | 'trainRobust'>> {
    const { config } = this.plan;
    if (!config.evaluation.trainingSet) return {};
    const { train } = this.data;
    const n = Math.min(config.evaluation.n, train.labels.length);
    const { clean, robust } = await accuracy(this.trainer, config, train, n, afterBatch);
    return { trainClean: clean, trainRobust: robust };
  }

  /** Robust accuracy on all held-out images; undefined without early stopping. */
  private async heldOutAccuracy(afterBatch: () => Promise<void>): Promise<number | undefined> {
    const { heldOut } = this.data;
    if (!heldOut) return undefined;
    return (await accuracy(this.trainer, this.plan.config, heldOut, heldOut.labels.length, afterBatch))
      .robust;
  }

  /** After some of the epochs, where the gradient conflict is measured at all. */
  private async conflictPairs(epoch: number): Promise<ConflictPair[]> {
    const { conflictEvery, pairImages, optimiser } = this.plan.config;
    if (conflictEvery === 0 || !measuresPairs(pairImages, epoch, optimiser.epochs)) return [];
    return this.trainer.conflictPairs(epoch, this.environment.pace);
  }

  private async finish(): Promise<void> {
    const { trainer, data, plan } = this;
    const n = data.test.labels.length;
    const afterBatch = () => this.afterBatch(this.epoch);
    const { kept } = trainer;
    if (kept) await trainer.takeKept(kept, this.environment.pace);
    const { clean, robust, right } = await accuracy(trainer, plan.config, data.test, n, afterBatch);
    const { sets: measuresSets, n: some } = plan.config.evaluation;
    const sets = measuresSets
      ? await inferenceSets(trainer, plan.config, data.test, Math.min(some, n), afterBatch)
      : undefined;
    const { order, digest } = imageOrder(data.test);
    const inOrder = (flags: Uint8Array) => packBits(order.map((i) => flags[i]));
    const verdicts = { images: digest, clean: inOrder(right.clean), robust: inOrder(right.robust) };
    const attack = describeAttack(plan.config);
    this.over = true;
    const final = {
      clean,
      robust,
      n,
      ...(kept && { epoch: kept.epoch }),
      attack,
      ...(sets && { sets }),
      verdicts,
    };
    this.environment.tell({ type: 'final', final, ...this.timing });
  }

  private get timing(): Timing {
    const { seconds } = this.clock;
    const images = this.trainer.batches.imagesIn(this.trainer.step);
    return { seconds, imagesPerSecond: seconds > 0 ? images / seconds : 0 };
  }

  tellTiming(): void {
    this.environment.tell({ type: 'timing', ...this.timing });
  }

  private tellConflicts(): void {
    for (const point of this.trainer.takeConflicts()) this.environment.tell({ type: 'conflict', point });
  }

  private tellProgress(phase: 'train' | 'evaluate', epoch: number): void {
    const { step, lastLoss: loss } = this.trainer;
    this.environment.tell({ type: 'progress', phase, epoch, step, loss });
  }

  private async afterBatch(epoch: number): Promise<void> {
    this.tellProgress('evaluate', epoch);
    await this.environment.pace();
  }

  /**
   * The trainer's state between two pieces of work, and what it trains on. Everything measured up to that state is told
   * before this resolves.
   */
  async save(): Promise<{ trainer: Checkpoint; data: string }> {
    const trainer = await saveCheckpoint(this.trainer);
    this.tellConflicts();
    this.tellTiming();
    return { trainer, data: contentOf(this.data) };
  }

  dispose(): void {
    this.trainer.dispose();
  }
}
