/** The interface of a network for methods, attacks and analysis. */
import type * as tf from '@tensorflow/tfjs-core';

/** Names a BatchNorm set. A network without split BN has one set, which both names mean. */
export type BnBranch = 'clean' | 'adv';

/**
 * Mode `train` normalises by batch statistics and, with `updateStatistics`, updates the running statistics by PyTorch's
 * rule (momentum 0.1, unbiased variance). Mode `eval` normalises by the running statistics.
 */
export interface ForwardOptions {
  readonly branch: BnBranch;
  readonly mode: 'train' | 'eval';
  readonly updateStatistics?: boolean;
  /**
   * BN layers (`layer3.0.bn1`) whose ReLU(BN output), averaged over the image, [N,C], the result's `features` shall
   * hold; `pool` is the input of the linear layer.
   */
  readonly features?: readonly string[];
  /** 'all': the result shall hold the batch mean and biased variance of every BN layer (train mode only). */
  readonly statistics?: 'all';
}

export interface ForwardResult {
  /** [N, classes]. */
  readonly logits: tf.Tensor2D;
  readonly features: Readonly<Record<string, tf.Tensor2D>>;
  /** By BN layer; empty unless asked for. mean and biased variance [C] over `count` values per channel. */
  readonly statistics: Readonly<Record<string, { mean: tf.Tensor1D; variance: tf.Tensor1D; count: number }>>;
  /**
   * In train mode, updates the running statistics with this pass's batch statistics, once more if `updateStatistics`
   * was set. Call within the same tidy.
   */
  readonly commitStatistics: () => void;
}

/**
 * A group of variables in a network's store that are not the network's own. A method declares them
 * (`MethodInfo.beside`).
 */
export interface StorePart {
  /** First part of its variables' names (`natural` in `natural.conv1.weight`), or the name of a single number. */
  readonly name: string;
  /** Whether SGD updates its weights. If not, they are in `buffers`. */
  readonly trained: boolean;
  /** Whether the exported weight file holds it. */
  readonly exported: boolean;
}

/**
 * Variables under PyTorch names. Values are in tfjs layout (conv HWIO, linear [in,out]); nn/weights.ts converts.
 * SGD updates `trainable`; `buffers` are running statistics and whatever else a checkpoint must hold.
 */
export interface ParameterStore {
  readonly trainable: Map<string, tf.Variable>;
  readonly buffers: Map<string, tf.Variable>;
  /** The groups of variables, by name, that are not the network's own. */
  readonly parts: Map<string, StorePart>;
}

export interface NetworkSpec {
  /** `wide`: pre-activation blocks after a first convolution of 16 channels. A plain ResNet if it is not given. */
  readonly family?: 'resnet' | 'wide';
  /** Channels of the first stage, doubled in each later stage. */
  readonly width: number;
  /** BasicBlocks per stage. */
  readonly blocks: readonly number[];
  readonly stemStride: 1 | 2;
  /** The network sees (x - 0.5) * inputScale, or x itself if this is 0. */
  readonly inputScale: number;
  /** In place of `inputScale`, by colour: the network sees (x - mean) / std. */
  readonly standardise?: { readonly mean: readonly number[]; readonly std: readonly number[] };
  readonly classes: number;
  readonly splitBn: boolean;
  /**
   * With split BN, what the two sets do not share: the affine parameters, the running statistics, or both (the
   * default). A shared part is that of the adv set.
   */
  readonly splitParts?: SplitParts;
}

export type SplitParts = 'both' | 'affine' | 'statistics';

/** The values of a BatchNorm set, by their names in PyTorch. */
export type BnValue = 'weight' | 'bias' | 'running_mean' | 'running_var';

export interface Network extends ParameterStore {
  readonly spec: NetworkSpec;
  readonly splitBn: boolean;
  readonly classes: number;
  /**
   * The names of all BN layers without branch (`bn1`, `layer1.0.bn1`, ..., `layer2.0.shortcut_bn`), in the order of the
   * blocks; a block's shortcut is last.
   */
  readonly bnLayers: readonly string[];
  /**
   * Convolution and linear weights (`conv1.weight`, ..., `linear.weight`), over which gradient conflict is measured.
   */
  readonly sharedWeights: readonly string[];
  /** x [N,32,32,3] in [0,1]. Differentiable with respect to x and the trainable parameters. Call within tidy. */
  forward(x: tf.Tensor4D, options: ForwardOptions): ForwardResult;
  dispose(): void;
}

/**
 * The logits [N,classes] of images [N,32,32,3] in [0,1], differentiable with respect to x, for attacks and evaluation.
 * Call within tidy.
 */
export type LogitsFn = (x: tf.Tensor4D) => tf.Tensor2D;
