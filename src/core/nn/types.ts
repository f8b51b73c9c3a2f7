/** The network as methods, attacks and analysis see it. */
import type * as tf from '@tensorflow/tfjs-core';

/** A BatchNorm set. Networks without split BN hold one set; both names then mean that one. */
export type BnBranch = 'clean' | 'adv';

/**
 * train: batch statistics; when `updateStatistics`, running statistics move by momentum 0.1 (unbiased variance),
 * PyTorch's rule. eval: running statistics.
 */
export interface ForwardOptions {
  readonly branch: BnBranch;
  readonly mode: 'train' | 'eval';
  readonly updateStatistics?: boolean;
  /**
   * Names of BN layers (`layer3.0.bn1`) whose global-average-pooled ReLU(BN output), [N,C], is wanted in `features`;
   * `pool`: what the linear layer sees.
   */
  readonly features?: readonly string[];
  /** Names of BN layers whose batch mean and biased variance are wanted; 'all' for every one. */
  readonly statistics?: 'all';
}

export interface ForwardResult {
  /** [N, classes]. */
  readonly logits: tf.Tensor2D;
  readonly features: Readonly<Record<string, tf.Tensor2D>>;
  /** `count`: values per channel. */
  readonly statistics: Readonly<Record<string, { mean: tf.Tensor1D; variance: tf.Tensor1D; count: number }>>;
  /**
   * Train mode: moves the running statistics by this pass's batch statistics (once more). Call within the same tidy.
   */
  readonly commitStatistics: () => void;
}

/**
 * Variables that training keeps in a network's store beside the network's own. A method declares them
 * (`MethodInfo.beside`).
 */
export interface StorePart {
  /** First part of its variables' names (`natural` of `natural.conv1.weight`), or the whole name of a single number. */
  readonly name: string;
  /** Whether SGD moves its weights. If not, they lie among the buffers. */
  readonly trained: boolean;
  /** Whether the network's weights file holds it. */
  readonly exported: boolean;
}

/**
 * A parameter store under PyTorch names. Values are in tfjs layout (conv HWIO, linear [in,out]); nn/safetensors.ts
 * converts. `trainable` is what SGD moves; `buffers` are running statistics and what else a checkpoint must hold.
 */
export interface ParameterStore {
  readonly trainable: Map<string, tf.Variable>;
  readonly buffers: Map<string, tf.Variable>;
  /** By name: whatever is in the store beside the network's own variables. */
  readonly parts: Map<string, StorePart>;
}

export interface NetworkSpec {
  /** Channels of the first stage; doubles per stage. */
  readonly width: number;
  /** BasicBlocks per stage. */
  readonly blocks: readonly number[];
  readonly stemStride: 1 | 2;
  /** The network sees (x - 0.5) * inputScale, or x itself when 0. */
  readonly inputScale: number;
  readonly classes: number;
  readonly splitBn: boolean;
}

export interface Network extends ParameterStore {
  readonly spec: NetworkSpec;
  readonly splitBn: boolean;
  readonly classes: number;
  /**
   * Every BN layer's name in order of the forward pass, without branch (`bn1`, `layer1.0.bn1`, ...,
   * `layer2.0.shortcut_bn`).
   */
  readonly bnLayers: readonly string[];
  /** Shared conv and linear weights (`conv1.weight`, ..., `linear.weight`): those of the gradient-conflict measure. */
  readonly sharedWeights: readonly string[];
  /** x [N,32,32,3] in [0,1]. Differentiable in x and in the trainable parameters. Call within tidy. */
  forward(x: tf.Tensor4D, options: ForwardOptions): ForwardResult;
  dispose(): void;
}

/**
 * What an evaluation attack needs: logits [N,classes] of images [N,32,32,3] in [0,1], differentiable in x. Call within
 * tidy.
 */
export type LogitsFn = (x: tf.Tensor4D) => tf.Tensor2D;
