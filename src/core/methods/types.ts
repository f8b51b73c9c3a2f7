/** What a training method is: its info, one attack and one loss, and what it keeps beside the network. */
import type * as tf from '@tensorflow/tfjs-core';
import type { ExperimentConfig, Switches } from '../settings/config.ts';
import type { ResNet } from '../nn/resnet.ts';
import type { Network } from '../nn/types.ts';
import type { MethodInfo } from './method-info.ts';

/**
 * What `attack` and `loss` are given. `Extras` is what the method's own `createExtras` made; code that serves every
 * method only passes it on.
 */
export interface StepContext<Extras = unknown> {
  readonly network: ResNet;
  readonly extras: Extras;
  readonly switches: Switches;
  readonly attack: ExperimentConfig['attack'];
  /** a: clean-branch training accuracy from the start of this epoch (auto-balance). */
  readonly balance: number;
  /** Share of the epochs done, from 0 to 1; stays for an epoch. */
  readonly progress: number;
}

/** Clean and adversarial batch as the loss sees them. x may differ from the loader's batch under officialAliasing. */
export interface AttackedBatch {
  readonly x: tf.Tensor4D;
  readonly xAdv: tf.Tensor4D;
}

/** Named scalar terms; `loss` is what SGD minimises. */
export interface LossResult {
  readonly loss: tf.Scalar;
  /** Unweighted terms for the charts, e.g. { ceAdv, ceClean, invariance }. */
  readonly terms: Readonly<Record<string, tf.Scalar>>;
  /** The two weighted terms whose gradients may conflict, or null (standard training, AT). */
  readonly conflict: { readonly first: tf.Scalar; readonly second: tf.Scalar } | null;
}

/** Distribution of an attack's random start. */
export type RandomStart = 'uniform' | 'gaussian' | 'none';

/** The gradients of a scalar by parameter name; a parameter that it does not depend on is absent. */
export type Gradients = ReadonlyMap<string, tf.Tensor>;

/** The step that was just done, from 0, in an experiment of `epochs` epochs. */
export interface StepPosition {
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

/** How far training has come, for methods that do different work in different epochs. */
export interface EpochContext<Extras = unknown> extends StepContext<Extras> {
  /** Finished epochs, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** Awaited between batches of long work. It may wait, or throw to stop. */
  readonly pace: () => Promise<void>;
  /**
   * Up to `count` training images without augmentation, batch by batch: x [n,32,32,3] in [0,1], y [n], and a uniform
   * random start in [-1,1). The caller disposes the tensors.
   */
  readonly trainingBatches: (
    count: number,
  ) => Iterable<{ x: tf.Tensor4D; y: tf.Tensor1D; noise: tf.Tensor4D }>;
}

/**
 * A method whose parts beside the network are an `Extras`. Where the type does not matter, as in the table of all
 * methods, it is `Method`: the extras that it is given must come from its own `createExtras`.
 */
export interface Method<Extras = unknown> extends MethodInfo {
  /**
   * Distribution of the attack's random start: uniform in [-1,1) (scaled by eps), standard normal (scaled by 0.001),
   * none.
   */
  start(switches: Switches): RandomStart;
  /** Whether the network needs two BN sets under these switches. */
  splitBn(switches: Switches): boolean;
  /**
   * Makes what the method keeps beside the network (ARAT's predictors, LBGAT's second network). The variables go into
   * `network`'s store, as the parts that `beside` declares, and are disposed with it.
   */
  createExtras(network: Network, switches: Switches, seed: number): Extras;
  /**
   * Makes x' from x [N,32,32,3] in [0,1], labels y [N] int32 and the random start `noise` [N,32,32,3], distributed as
   * `start` says. Returned tensors are owned by the caller and never the ones passed in.
   *
   * On WebGPU `attack` and `loss` run once an epoch, and what they ask of the device is replayed for the other batches
   * (CONTRIBUTING.md): the only numbers that may change from step to step are the tensors passed in.
   */
  attack(ctx: StepContext<Extras>, x: tf.Tensor4D, y: tf.Tensor1D, noise: tf.Tensor4D): AttackedBatch;
  /** Before the first step of each epoch. Called again, with the same effect, when a run resumes there. */
  beforeEpoch?(ctx: EpochContext<Extras>): Promise<void>;
  /**
   * After each step, outside of what WebGPU records: it may read no tensor and should rarely change one, because the
   * steps are then recorded again.
   */
  afterStep?(ctx: StepContext<Extras>, position: StepPosition): void;
  /**
   * After the last step of each epoch, before the evaluation. Called again, with the same effect, when a run resumes
   * there.
   */
  afterEpoch?(ctx: EpochContext<Extras>): Promise<void>;
  /** The network that is evaluated, attacked and exported, where that is not the one that trains. */
  evaluated?(ctx: StepContext<Extras>): ResNet;
  /**
   * The training forward and the loss. Updates running statistics exactly as the official code's forward passes do.
   * Call within tidy/grads.
   */
  loss(ctx: StepContext<Extras>, batch: AttackedBatch, y: tf.Tensor1D): LossResult;
  /**
   * The gradient that SGD follows, made from those of the loss's two conflicting terms, where it is not their sum. Call
   * within tidy.
   */
  combine?(ctx: StepContext<Extras>, first: Gradients, second: Gradients): Map<string, tf.Tensor>;
}
