/** Trains one contestant step by step: its network, its method's extras, SGD. The caller decides when a step runs. */
import * as tf from '@tensorflow/tfjs-core';
import { conflictOf, conflictSums } from '../analysis/gradient-conflict.ts';
import { pgd } from '../attacks/pgd.ts';
import { batchTensors, constantBatches } from '../analysis/accuracy.ts';
import type { Contestant, ExperimentConfig } from '../settings/config.ts';
import { inHalfPrecision } from '../backend/precision.ts';
import { BatchStream } from '../data/batches.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE, type Dataset } from '../data/dataset.ts';
import { pairHalves } from '../experiments/pair-halves.ts';
import { METHODS } from '../methods/index.ts';
import type { AttackedBatch, EpochContext, Method, StepContext } from '../methods/types.ts';
import { ResNet } from '../nn/resnet.ts';
import { startFrom, type StartWeights } from '../nn/start-weights.ts';
import type { LogitsFn } from '../nn/types.ts';
import { RandomStream } from '../random/random.ts';
import type { ConflictPair, ConflictPoint } from '../result/results.ts';
import { Diverged } from '../analysis/diverged.ts';
import { measuredBalance } from './balance.ts';
import { conflictPairs } from './conflict-pairs.ts';
import { conflictingGradients, lossGradients, summed } from './gradients.ts';
import { trainedWith } from './recipe.ts';
import { learningRateAt } from './schedule.ts';
import { Sgd } from './optimiser.ts';
import { BatchSource, type Batch, type StepBatch } from './step-batch.ts';
import { readWeights, writeWeights, type KeptWeights } from './kept-weights.ts';
import { StepRunner, type Step, type StepOutputs } from './step-runner.ts';

/** The metrics of this many steps are read from the device in one transfer. */
const READ_EVERY = 8;

interface Pending extends StepOutputs {
  readonly step: number;
}

export class Trainer {
  readonly network: ResNet;
  readonly method: Method;
  readonly sgd: Sgd;
  readonly batches: BatchStream;
  /** Optimiser steps done. */
  step = 0;
  /** Weight of the adversarial loss under auto-balance, in [0,1]. */
  balance: number;
  lastLoss: number | null = null;
  /** What early stopping keeps; null before the first epoch's end, and without early stopping. */
  kept: KeptWeights | null = null;
  /** Made by `method`, which alone uses it. */
  private readonly extras: unknown;
  private readonly steps: StepRunner;
  private readonly source: BatchSource;
  private pending: Pending[] = [];
  /** Sums of loss and terms over the `count` steps since the last `takeMeans`. */
  sums: { terms: Record<string, number>; count: number } = { terms: {}, count: 0 };
  private conflicts: ConflictPoint[] = [];

  /** The race's, with the contestant's own recipe. */
  private readonly config: ExperimentConfig;

  /**
   * Owns its network, optimiser and recorded steps until `dispose`. `data` is the race's subset. `start`: the network's
   * first weights; random ones without.
   */
  constructor(
    readonly contestant: Contestant,
    race: ExperimentConfig,
    private readonly data: Dataset,
    start?: StartWeights,
  ) {
    const config = trainedWith(race, contestant);
    this.config = config;
    this.method = METHODS[contestant.method];
    const { switches } = contestant;
    const classes = config.dataset.classes.length;
    this.network = new ResNet(
      {
        ...config.network,
        classes,
        splitBn: this.method.splitBn(switches),
        splitParts: this.method.switches.includes('splitParts') ? switches.splitParts : 'both',
      },
      config.seed,
    );
    if (start) startFrom(this.network, start);
    this.extras = this.method.createExtras(this.network, switches, config.seed);
    this.sgd = new Sgd(this.network.trainable, config.optimiser);
    this.batches = new BatchStream(data.train, config);
    const { trainable, buffers } = this.network;
    this.steps = new StepRunner(() => [
      ...trainable.values(),
      ...buffers.values(),
      ...this.sgd.velocities.values(),
    ]);
    this.balance = config.initialBalance;
    const noise = this.method.start(switches);
    this.source = new BatchSource(data.train, this.batches, noise, config.optimiser.batchSize);
  }

  get totalSteps(): number {
    return this.batches.batchesPerEpoch * this.config.optimiser.epochs;
  }

  get learningRate(): number {
    return learningRateAt(this.config.optimiser, this.step, this.totalSteps, this.method.officialRate);
  }

  /**
   * The network that is evaluated, attacked and exported: `network`, or another of the method, e.g. averaged weights.
   */
  get evaluated(): ResNet {
    return this.method.evaluated?.(this.context) ?? this.network;
  }

  /** Inference uses the adv set in eval mode, for clean and adversarial images. */
  readonly logits: LogitsFn = (x) => this.evaluated.forward(x, { branch: 'adv', mode: 'eval' }).logits;

  private get context(): StepContext {
    const { network, extras, contestant, config, balance } = this;
    const epoch = Math.floor(this.step / this.batches.batchesPerEpoch);
    const progress = Math.min(1, epoch / config.optimiser.epochs);
    return { network, extras, switches: contestant.switches, attack: config.attack, balance, progress };
  }

  /** Frees recorded steps and their tensors; the next step records again. */
  rest(): void {
    this.steps.reset();
  }

  /** Call before the first step after `epoch` finished epochs, and on resuming within that epoch. */
  async beforeEpoch(epoch: number, pace: () => Promise<void>): Promise<void> {
    // A recording depends on the epoch's phase and balance, and tensors made since may share the variables' memory.
    this.rest();
    await this.method.beforeEpoch?.(this.epochContext(epoch, pace));
  }

  /** Call after the last step of an epoch; `epoch` counts the finished epochs, this one included. */
  async afterEpoch(epoch: number, pace: () => Promise<void>): Promise<void> {
    this.rest();
    await this.method.afterEpoch?.(this.epochContext(epoch, pace));
  }

  private epochContext(epoch: number, pace: () => Promise<void>): EpochContext {
    const { train } = this.data;
    const { seed, optimiser } = this.config;
    const batches = function* (count: number) {
      const indices = Array.from({ length: Math.min(count, train.labels.length) }, (_, i) => i);
      let number = 0;
      for (const batch of constantBatches(indices, Math.min(optimiser.batchSize, indices.length))) {
        const { x, y } = batchTensors(train, batch.indices);
        const stream = RandomStream.of(seed, `statistics start of epoch ${epoch}, batch ${number++}`);
        yield { x, y, noise: tf.tensor4d(stream.uniformArray(x.size, -1, 1), x.shape) };
      }
    };
    return { ...this.context, epoch, epochs: optimiser.epochs, pace, trainingBatches: batches };
  }

  /** Submits one optimiser step on the next batch to the device; `readMetrics` reads its numbers. */
  trainStep(): void {
    const { conflictEvery } = this.config;
    const measure =
      conflictEvery > 0 && this.step % conflictEvery === 0 && this.method.conflictBetween !== null;
    const kind = `balance ${this.balance}${measure ? ', conflict measured' : ''}`;
    const batch = this.source.next();
    const outputs = this.steps.run(kind, batch.inputs, this.learningRate, this.stepOn(batch, measure));
    this.pending.push({ step: this.step, ...outputs });
    const { batchesPerEpoch: stepsPerEpoch } = this.batches;
    const { epochs } = this.config.optimiser;
    this.method.afterStep?.(this.context, { step: this.step, stepsPerEpoch, epochs });
    this.step++;
  }

  private stepOn({ batchOf }: StepBatch, measure: boolean): Step {
    const compute: Step = (tensors, learningRate) => {
      const { x, y, noise } = batchOf(tensors);
      const attacked = this.method.attack(this.context, x, y, noise);
      const { gradients, metrics, termNames, sums } = this.gradients(attacked, y, measure);
      this.sgd.step(gradients, learningRate);
      return { metrics, termNames, sums: sums && tf.keep(sums) };
    };
    return this.config.precision === 'float16'
      ? (...step) => inHalfPrecision(() => compute(...step))
      : compute;
  }

  /**
   * Runs every kernel that steps and evaluations run, on blank images, and changes nothing. For `StepCapture.compile`,
   * under which kernels are compiled but not computed.
   */
  rehearse(): void {
    const { conflictEvery, attack } = this.config;
    const measures = this.method.conflictBetween !== null && conflictEvery > 0 ? [false, true] : [false];
    const batch = this.source.blank();
    for (const measure of measures) {
      const { metrics, sums } = this.steps.rehearse(batch.inputs, this.stepOn(batch, measure));
      tf.dispose(sums ? [metrics, sums] : [metrics]);
    }
    tf.tidy(() => {
      const x = tf.zeros([1, IMAGE_SIZE, IMAGE_SIZE, IMAGE_CHANNELS]) as tf.Tensor4D;
      const y = tf.zeros([1], 'int32') as tf.Tensor1D;
      pgd(this.logits, x, y, { ...attack, steps: 1, loss: 'ce', starts: [x] });
    });
  }

  /** The gradients that SGD follows; with `measure`, also the sums for the conflict of the loss's two terms. */
  private gradients(batch: AttackedBatch, y: tf.Tensor1D, measure: boolean) {
    const { method, context } = this;
    if (!measure && !method.combine) return { ...lossGradients(method, context, batch, y), sums: null };
    const { first, second } = conflictingGradients(method, context, batch, y);
    if (!second) return { ...first, sums: null };
    const [a, b] = [first.gradients, second.gradients];
    const gradients = method.combine
      ? method.combine(context, a, b)
      : summed(a, b, this.network.trainable.keys());
    const sums = measure ? conflictSums(a, b, this.network.sharedWeights) : null;
    return { gradients, metrics: first.metrics, termNames: first.termNames, sums };
  }

  /**
   * Reads the metrics of the steps so far once there are READ_EVERY of them, or at once with `force`. Throws `Diverged`
   * if a loss or term is not finite.
   */
  async readMetrics(force = false): Promise<void> {
    if (this.pending.length === 0 || (!force && this.pending.length < READ_EVERY)) return;
    const pending = this.pending;
    this.pending = [];
    // One transfer for all steps.
    const all = tf.tidy(() =>
      tf.concat(pending.flatMap((p) => [p.metrics, ...(p.sums ? [tf.reshape(p.sums, [-1])] : [])])),
    );
    const flat = await all.data<'float32'>();
    all.dispose();
    let at = 0;
    const take = (count: number) => flat.subarray(at, (at += count));
    const read = pending.map((p) => ({ values: take(p.metrics.size), sums: p.sums && take(p.sums.size) }));
    pending.forEach((p, i) => {
      const { values, sums } = read[i];
      tf.dispose([p.metrics, ...(p.sums ? [p.sums] : [])]);
      ['loss', ...p.termNames].forEach(
        (name, k) => (this.sums.terms[name] = (this.sums.terms[name] ?? 0) + values[k]),
      );
      this.sums.count++;
      this.lastLoss = values[0];
      if (sums) this.conflicts.push({ step: p.step, ...conflictOf(sums, this.network.sharedWeights) });
    });
    const bad = read.findIndex(({ values }) => !values.every(Number.isFinite));
    if (bad >= 0)
      throw new Diverged(
        `${this.contestant.label} diverged: its loss is not a finite number at step ${pending[bad].step}. ` +
          'Lower the learning rate or the invariance weight and train again.',
      );
  }

  /** Means of loss and terms over the steps read since the last call; empty if there are none. */
  takeMeans(): { loss?: number; terms?: Record<string, number> } {
    const { terms: sums, count } = this.sums;
    if (count === 0) return {};
    const { loss, ...terms } = Object.fromEntries(Object.entries(sums).map(([k, v]) => [k, v / count]));
    this.sums = { terms: {}, count: 0 };
    return { loss, terms };
  }

  /** The gradient conflicts read since the last call. */
  takeConflicts(): ConflictPoint[] {
    const points = this.conflicts;
    this.conflicts = [];
    return points;
  }

  /**
   * The conflict between the loss's single terms, on training images without crop or flip; empty if the method has
   * fewer than two terms. Training afterwards gives the same numbers as without the measurement.
   */
  async conflictPairs(epoch: number, pace: () => Promise<void>): Promise<ConflictPair[]> {
    const { terms, conflictBetween, start } = this.method;
    const { switches } = this.contestant;
    const { size, batches } = pairHalves(this.data.train.labels.length, this.config);
    if (conflictBetween === null || terms.length < 2 || size === 0) return [];
    const batch = (place: number) => (): Batch => {
      const indices = Array.from({ length: size }, (_, i) => place * size + i);
      const { x, y } = batchTensors(this.data.train, indices);
      const stream = RandomStream.of(this.config.seed, `conflict pairs of epoch ${epoch}, batch ${place}`);
      const numbers = {
        uniform: () => stream.uniformArray(x.size, -1, 1),
        gaussian: () => stream.normalArray(x.size),
        none: () => new Float32Array(x.size),
      }[start(switches)]();
      return { x, y, noise: tf.tensor4d(numbers, x.shape) };
    };
    const whole = this.config.pairImages === 'all';
    const half = (parity: number) => Array.from({ length: batches }, (_, i) => batch(2 * i + parity));
    return conflictPairs(this.method, this.context, [half(0), half(1)], whole, terms, pace);
  }

  /** Measures the balance (balance.ts). Does nothing unless the method uses it. */
  async updateBalance(afterBatch?: () => Promise<void>): Promise<void> {
    if (!this.method.usesBalance?.(this.contestant.switches)) return;
    const epoch = Math.floor(this.step / this.batches.batchesPerEpoch);
    this.balance = await measuredBalance(this.network, this.data.train, this.config, epoch, afterBatch);
  }

  /** Keeps the weights as they are now if none were kept before, or of a lower robust accuracy. */
  async keepIfBest(epoch: number, robust: number): Promise<void> {
    if (this.kept && this.kept.robust >= robust) return;
    this.kept = { epoch, robust, ...(await readWeights(this.network)) };
  }

  /** Takes the kept weights, which the caller may evaluate then. No training step may follow. */
  async takeKept(kept: KeptWeights, pace: () => Promise<void>): Promise<void> {
    writeWeights(kept, this.network);
    // The method may have to choose which network is evaluated.
    await this.beforeEpoch(kept.epoch, pace);
  }

  dispose(): void {
    for (const p of this.pending) tf.dispose([p.metrics, ...(p.sums ? [p.sums] : [])]);
    this.pending = [];
    this.rest();
    this.source.dispose();
    this.network.dispose();
    this.sgd.dispose();
  }
}
