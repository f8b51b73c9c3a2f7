/** Trains one contestant: its network, its method's extras, SGD. One batch at a time; the race decides when. */
import * as tf from '@tensorflow/tfjs-core';
import { conflictOf, conflictSums } from '../analysis/gradient-conflict.ts';
import { batchTensors, constantBatches, countCorrect } from '../analysis/accuracy.ts';
import { augmentBatch, randomStart, type PackedImages } from '../backend/ops.ts';
import { stepCapture } from '../backend/step-capture.ts';
import type { Contestant, ExperimentConfig } from '../config.ts';
import { BatchStream } from '../data/batches.ts';
import { DRAWS } from '../data/augment.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE, type Dataset } from '../data/dataset.ts';
import { acquireImages, deviceBytes, releaseImages } from '../data/device-images.ts';
import { METHODS } from '../methods/index.ts';
import type { AttackedBatch, EpochContext, Method, StepContext } from '../methods/types.ts';
import { ResNet } from '../nn/resnet.ts';
import type { LogitsFn } from '../nn/types.ts';
import { RandomStream } from '../random.ts';
import type { ConflictPoint } from '../results.ts';
import { conflictingGradients, lossGradients } from './gradients.ts';
import { learningRateAt } from './schedule.ts';
import { Sgd } from './optimiser.ts';
import { StepRunner, type StepInput, type StepOutputs } from './step-runner.ts';

/** Training images whose clean-branch accuracy sets the balance a. */
const BALANCE_IMAGES = 1000;
/** Steps whose metrics wait on the device before one transfer brings them. */
const READ_EVERY = 8;

/** A batch as a step takes it. */
interface Batch {
  /** [N,32,32,3] in [0,1]. */
  readonly x: tf.Tensor4D;
  /** [N] int32. */
  readonly y: tf.Tensor1D;
  /** The attack's random start, [N,32,32,3]; zeros where the method has none. */
  readonly noise: tf.Tensor4D;
}

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
  /** a of auto-balance. */
  balance: number;
  lastLoss: number | null = null;
  private readonly extras: Record<string, unknown>;
  private readonly steps: StepRunner;
  /** The training images, where the device makes the batches: a device that replays steps and has room. */
  private images: PackedImages | null;
  private pending: Pending[] = [];
  /** Sums of loss and terms over the `count` steps since the last `takeMeans`. */
  sums: { terms: Record<string, number>; count: number } = { terms: {}, count: 0 };
  private conflicts: ConflictPoint[] = [];

  /** Owns its network and optimiser: `dispose`. `data` is the race's subset. */
  constructor(
    readonly contestant: Contestant,
    private readonly config: ExperimentConfig,
    private readonly data: Dataset,
  ) {
    this.method = METHODS[contestant.method];
    const { switches } = contestant;
    const classes = config.dataset.classes.length;
    this.network = new ResNet(
      { ...config.network, classes, splitBn: this.method.splitBn(switches) },
      config.seed,
    );
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
    const capture = stepCapture();
    this.images = capture?.holds(deviceBytes(data.train)) ? acquireImages(capture, data.train) : null;
  }

  get totalSteps(): number {
    return this.batches.batchesPerEpoch * this.config.optimiser.epochs;
  }

  get learningRate(): number {
    return learningRateAt(this.config.optimiser, this.step, this.totalSteps);
  }

  /** What is evaluated, attacked and exported: the network itself, or what its method makes of it. */
  get evaluated(): ResNet {
    return this.method.evaluated?.(this.context) ?? this.network;
  }

  /** Inference: the adv set, eval mode, for clean and adversarial images alike. */
  readonly logits: LogitsFn = (x) => this.evaluated.forward(x, { branch: 'adv', mode: 'eval' }).logits;

  private get context(): StepContext {
    const { network, extras, contestant, config, balance } = this;
    return { network, extras, switches: contestant.switches, attack: config.attack, balance };
  }

  /** Frees what only steps need; the next step makes it again. */
  rest(): void {
    this.steps.reset();
  }

  /** Before the first step of an epoch, `epoch` being done, and whenever a run goes on within it. */
  async beforeEpoch(epoch: number, pace: () => Promise<void>): Promise<void> {
    // What was recorded holds for the epoch's phase and balance; and what happened since may share the variables' memory.
    this.rest();
    await this.method.beforeEpoch?.(this.epochContext(epoch, pace));
  }

  /** After the last step of an epoch, `epoch` being done with it. */
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

  /** One optimiser step on the next batch. Submits work; `readMetrics` brings the numbers. */
  trainStep(): void {
    const { conflictEvery } = this.config;
    const measure =
      conflictEvery > 0 && this.step % conflictEvery === 0 && this.method.conflictBetween !== null;
    const kind = `balance ${this.balance}${measure ? ', conflict measured' : ''}`;
    const { inputs, batchOf } = this.nextBatch();
    const outputs = this.steps.run(kind, inputs, this.learningRate, (tensors, learningRate) => {
      const { x, y, noise } = batchOf(tensors);
      const attacked = this.method.attack(this.context, x, y, noise);
      const { gradients, metrics, termNames, sums } = this.gradients(attacked, y, measure);
      this.sgd.step(gradients, learningRate);
      return { metrics, termNames, sums: sums && tf.keep(sums) };
    });
    this.pending.push({ step: this.step, ...outputs });
    this.step++;
  }

  /** What the next step takes from the host, and how it becomes the batch there: made by the host, or by the device that holds the images. */
  private nextBatch(): { inputs: readonly StepInput[]; batchOf: (inputs: readonly tf.Tensor[]) => Batch } {
    const { start } = this.method;
    const shape = (n: number) => [n, IMAGE_SIZE, IMAGE_SIZE, IMAGE_CHANNELS] as [number, 32, 32, 3];
    const { images } = this;
    if (images) {
      const { labels, draws, key } = this.batches.nextOnDevice();
      const n = labels.length;
      return {
        inputs: [
          { values: labels, shape: [n] },
          { values: draws, shape: [n, DRAWS] },
          { values: key, shape: [key.length] },
        ],
        batchOf: ([y, drawn, stream]) => {
          const x = augmentBatch(images, drawn as tf.Tensor2D);
          const noise =
            start === 'none' ? tf.zerosLike(x) : randomStart(stream as tf.Tensor1D, shape(n), start);
          return { x, y: y as tf.Tensor1D, noise };
        },
      };
    }
    const host = this.batches.next(start);
    const n = host.labels.length;
    const noise = { none: [], uniform: [host.uniform], gaussian: [host.gaussian] }[start];
    return {
      inputs: [
        { values: host.labels, shape: [n] },
        ...[host.images, ...noise].map((values) => ({ values, shape: shape(n) })),
      ],
      batchOf: ([y, x, drawn]) => ({
        x: x as tf.Tensor4D,
        y: y as tf.Tensor1D,
        noise: (drawn as tf.Tensor4D | undefined) ?? tf.zerosLike(x as tf.Tensor4D),
      }),
    };
  }

  /** The loss's gradients; with `measure`, as the sum of its two terms', whose conflict is summed up. */
  private gradients(batch: AttackedBatch, y: tf.Tensor1D, measure: boolean) {
    if (!measure) return { ...lossGradients(this.method, this.context, batch, y), sums: null };
    const { first, second } = conflictingGradients(this.method, this.context, batch, y);
    if (!second) return { ...first, sums: null };
    const gradients = new Map<string, tf.Tensor>();
    for (const name of this.network.trainable.keys()) {
      const a = first.gradients.get(name);
      const b = second.gradients.get(name);
      if (a || b) gradients.set(name, a && b ? tf.add(a, b) : (a ?? b)!);
    }
    const sums = conflictSums(first.gradients, second.gradients, this.network.sharedWeights);
    return { gradients, metrics: first.metrics, termNames: first.termNames, sums };
  }

  /** Brings the waiting metrics when there are enough of them, or all with `force`. Throws when a loss is not finite. */
  async readMetrics(force = false): Promise<void> {
    if (this.pending.length === 0 || (!force && this.pending.length < READ_EVERY)) return;
    const pending = this.pending;
    this.pending = [];
    // One transfer for all.
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
      throw new Error(
        `${this.contestant.label} diverged: its loss is not a finite number at step ${pending[bad].step}. ` +
          'Lower the learning rate or the invariance weight and train again.',
      );
  }

  /** Means of loss and terms since the last call. */
  takeMeans(): { loss?: number; terms?: Record<string, number> } {
    const { terms: sums, count } = this.sums;
    if (count === 0) return {};
    const { loss, ...terms } = Object.fromEntries(Object.entries(sums).map(([k, v]) => [k, v / count]));
    this.sums = { terms: {}, count: 0 };
    return { loss, terms };
  }

  takeConflicts(): ConflictPoint[] {
    const points = this.conflicts;
    this.conflicts = [];
    return points;
  }

  /** a = accuracy of the clean branch on up to 1,000 training images, eval mode. Only methods with auto-balance call for it. */
  async updateBalance(afterBatch?: () => Promise<void>): Promise<void> {
    const { switches } = this.contestant;
    if (!this.method.switches.includes('autoBalance') || !switches.autoBalance) return;
    const n = Math.min(BALANCE_IMAGES, this.data.train.labels.length);
    const indices = Array.from({ length: n }, (_, i) => i);
    const clean: LogitsFn = (x) => this.network.forward(x, { branch: 'clean', mode: 'eval' }).logits;
    const { batchSize } = this.config.optimiser;
    this.balance = (await countCorrect(clean, this.data.train, indices, { batchSize, afterBatch })) / n;
  }

  dispose(): void {
    for (const p of this.pending) tf.dispose([p.metrics, ...(p.sums ? [p.sums] : [])]);
    this.pending = [];
    this.rest();
    if (this.images) releaseImages(this.data.train);
    this.images = null;
    this.network.dispose();
    this.sgd.dispose();
  }
}
