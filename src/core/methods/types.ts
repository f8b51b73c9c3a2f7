/** A training method is data plus one attack and one loss (DESIGN 2). */
import type * as tf from '@tensorflow/tfjs-core';
import type { ExperimentConfig, Switches } from '../settings/config.ts';
import type { ResNet } from '../nn/resnet.ts';
import type { Network } from '../nn/types.ts';
import type { MethodInfo } from './catalogue.ts';

export interface StepContext {
  readonly network: ResNet;
  /** Predictor MLPs and other trainable parts outside the network, by their PyTorch prefix; made by `Method.extras`. */
  readonly extras: Readonly<Record<string, unknown>>;
  readonly switches: Switches;
  readonly attack: ExperimentConfig['attack'];
  /** a: clean-branch training accuracy from the start of this epoch (auto-balance). */
  readonly balance: number;
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

/** Where training stands, for methods whose epochs differ. */
export interface EpochContext extends StepContext {
  /** Epochs done, from 0, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** Awaited between batches of long work; may wait, or throw to stop. */
  readonly pace: () => Promise<void>;
  /**
   * x [n,32,32,3] in [0,1], y [n] and a uniform start in [-1,1) of up to `count` training images without augmentation, batch by batch;
   * the tensors are the callee's.
   */
  readonly trainingBatches: (
    count: number,
  ) => Iterable<{ x: tf.Tensor4D; y: tf.Tensor1D; noise: tf.Tensor4D }>;
}

export interface Method extends MethodInfo {
  /** Distribution of the attack's random start: uniform in [-1,1) (scaled by eps), standard normal (scaled by 0.001), none. */
  readonly start: 'uniform' | 'gaussian' | 'none';
  /** Whether the network needs two BN sets under these switches. */
  splitBn(switches: Switches): boolean;
  /** Trainable parts beside the network (ARAT's predictors); {} for most. Their parameters join `network.trainable`. */
  createExtras(network: Network, switches: Switches, seed: number): Record<string, unknown>;
  /**
   * On WebGPU `attack` and `loss` run once an epoch and what they ask of the device is replayed (CONTRIBUTING): no numbers that change
   * from step to step but the tensors passed in.
   *
   * Makes x' from x [N,32,32,3] in [0,1], labels y [N] int32 and the random start `noise` [N,32,32,3], distributed as
   * `start` says. Returned tensors are owned by the caller and never the ones passed in.
   */
  attack(ctx: StepContext, x: tf.Tensor4D, y: tf.Tensor1D, noise: tf.Tensor4D): AttackedBatch;
  /** Before the first step of each epoch; called again, with the same effect, when a run goes on from there. */
  beforeEpoch?(ctx: EpochContext): Promise<void>;
  /** After the last step of each epoch, before it is evaluated; called again, with the same effect, when a run goes on from there. */
  afterEpoch?(ctx: EpochContext): Promise<void>;
  /** What is evaluated, attacked and exported, where that is not the network that trains. */
  evaluated?(ctx: StepContext): ResNet;
  /** The training forward and the loss. Updates running statistics exactly as the official code's forward passes do. Call within tidy/grads. */
  loss(ctx: StepContext, batch: AttackedBatch, y: tf.Tensor1D): LossResult;
}
