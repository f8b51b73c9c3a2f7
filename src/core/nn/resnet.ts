/**
 * CIFAR ResNet of BasicBlocks (He et al. 2016; 3x3 stem, no max pool) with one or two BatchNorm sets (ARAT's split BN),
 * plain or wide (wide-resnet.ts).
 * Parameter names are those of the official PyTorch code: `layer2.0.bn1.adv.weight` with split BN,
 * `layer2.0.bn1.weight` without.
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  addRelu,
  batchNormAddRelu,
  batchNormEval,
  batchNormTrain,
  conv2d,
  conv2dPassing,
  globalAveragePool,
  linear,
  type BatchNormResult,
  scaleInput,
} from '../backend/ops.ts';
import { blocksOf, hasProjection, makeWideLayers, type Block, type LayerMaker } from './architecture.ts';
import { wideNormal } from './initialisers.ts';
import {
  addAffine,
  addStatistics,
  addValue,
  addWeight,
  disposeStore,
  moveRunningStatistics,
  parameter,
} from './parameters.ts';
import { wideFeatures } from './wide-resnet.ts';
import type {
  BnBranch,
  BnValue,
  ForwardOptions,
  ForwardResult,
  Network,
  NetworkSpec,
  StorePart,
} from './types.ts';

const BRANCHES: readonly BnBranch[] = ['clean', 'adv'];

/** What one forward pass collects. */
interface Pass {
  readonly options: ForwardOptions;
  readonly features: Record<string, tf.Tensor2D>;
  readonly statistics: Record<string, { mean: tf.Tensor1D; variance: tf.Tensor1D; count: number }>;
  readonly commits: (() => void)[];
}

export class ResNet implements Network {
  readonly trainable = new Map<string, tf.Variable>();
  readonly buffers = new Map<string, tf.Variable>();
  readonly parts = new Map<string, StorePart>();
  readonly splitBn: boolean;
  readonly classes: number;
  readonly bnLayers: readonly string[];
  readonly sharedWeights: readonly string[];
  private readonly blocks: readonly Block[];
  /** Mean and standard deviation [3] of the pixels. */
  private readonly standardisation: readonly tf.Tensor1D[] | null;

  /**
   * PyTorch's default initialisation. Equal sizes and seeds give equal weights, with or without split BN. Owns its
   * variables until `dispose`.
   */
  constructor(
    readonly spec: NetworkSpec,
    seed: number,
  ) {
    this.splitBn = spec.splitBn;
    this.classes = spec.classes;
    this.blocks = blocksOf(spec);
    const { standardise } = spec;
    this.standardisation = standardise
      ? [tf.keep(tf.tensor1d([...standardise.mean])), tf.keep(tf.tensor1d([...standardise.std]))]
      : null;
    const bnLayers: string[] = [];
    const weights: string[] = [];
    const addConv = (name: string, k: number, inChannels: number, channels: number, stream = name) => {
      addWeight(this, `${name}.weight`, [k, k, inChannels, channels], inChannels * k * k, seed, stream);
      weights.push(`${name}.weight`);
    };
    const addBn = (layer: string, channels: number) => {
      bnLayers.push(layer);
      for (const prefix of this.prefixesOf(layer, 'weight')) addAffine(this, prefix, channels);
      for (const prefix of this.prefixesOf(layer, 'running_mean')) addStatistics(this, prefix, channels);
    };
    if (this.wide) {
      const conv: LayerMaker['conv'] = (name, k, inChannels, channels) => {
        const weight = `${name}.weight`;
        addValue(this, weight, wideNormal(seed, weight, [k, k, inChannels, channels]));
        weights.push(weight);
      };
      makeWideLayers(this.blocks, { conv, bn: addBn });
    } else {
      addConv('conv1', 3, 3, spec.width);
      addBn('bn1', spec.width);
      for (const b of this.blocks) {
        addConv(`${b.name}.conv1`, 3, b.inChannels, b.channels);
        addBn(`${b.name}.bn1`, b.channels);
        addConv(`${b.name}.conv2`, 3, b.channels, b.channels);
        addBn(`${b.name}.bn2`, b.channels);
        if (hasProjection(b)) {
          addConv(this.shortcutName(b), 1, b.inChannels, b.channels, `${b.name}.shortcut`);
          addBn(`${b.name}.shortcut_bn`, b.channels);
        }
      }
    }
    const features = this.blocks[this.blocks.length - 1].channels;
    addWeight(this, `${this.head}.weight`, [features, spec.classes], features, seed);
    if (this.wide) addValue(this, `${this.head}.bias`, tf.zeros([spec.classes]));
    else addWeight(this, `${this.head}.bias`, [spec.classes], features, seed);
    weights.push(`${this.head}.weight`);
    this.bnLayers = bnLayers;
    this.sharedWeights = weights;
  }

  forward(x: tf.Tensor4D, options: ForwardOptions): ForwardResult {
    const pass: Pass = { options, features: {}, statistics: {}, commits: [] };
    const input = this.seen(x);
    const h = this.wide
      ? wideFeatures(this.blocks, this.spec.stemStride, input, {
          conv: (name, images, stride) => conv2d(images, this.weight(name), stride),
          bn: (layer, images) => this.bn(pass, layer, images, true),
        })
      : this.plainFeatures(pass, input);
    const pooled = globalAveragePool(h);
    if (options.features?.includes('pool')) pass.features.pool = pooled;
    const logits = linear(
      pooled,
      this.variable(`${this.head}.weight`) as never,
      this.variable(`${this.head}.bias`) as never,
    );
    const commitStatistics = () => pass.commits.forEach((commit) => commit());
    if (options.mode === 'train' && options.updateStatistics) commitStatistics();
    return {
      logits,
      features: pass.features,
      statistics: pass.statistics,
      commitStatistics,
    };
  }

  /** The last block's output in a plain network. */
  private plainFeatures(pass: Pass, input: tf.Tensor4D): tf.Tensor4D {
    let h = this.bn(pass, 'bn1', conv2d(input, this.weight('conv1'), this.spec.stemStride), true);
    for (const b of this.blocks) {
      // `entry` is the block's input h again, for the shortcut.
      const { y, x: entry } = conv2dPassing(h, this.weight(`${b.name}.conv1`), b.stride);
      let out = this.bn(pass, `${b.name}.bn1`, y, true);
      out = conv2d(out, this.weight(`${b.name}.conv2`), 1);
      const shortcut = hasProjection(b)
        ? this.bn(
            pass,
            `${b.name}.shortcut_bn`,
            conv2d(entry, this.weight(this.shortcutName(b)), b.stride),
            false,
          )
        : entry;
      h = this.endBlock(pass, `${b.name}.bn2`, out, shortcut);
    }
    return h;
  }

  dispose(): void {
    disposeStore(this);
    tf.dispose([...(this.standardisation ?? [])]);
  }

  /** What the first layer gets of the pixels x. */
  private seen(x: tf.Tensor4D): tf.Tensor4D {
    const { inputScale } = this.spec;
    if (this.standardisation) return tf.div(tf.sub(x, this.standardisation[0]), this.standardisation[1]);
    return inputScale > 0 ? scaleInput(x, inputScale) : x;
  }

  /** PyTorch prefixes under which a BN layer's sets keep this value: two, or one where the sets share it. */
  private prefixesOf(layer: string, value: BnValue): string[] {
    return [...new Set(BRANCHES.map((branch) => this.bnPrefix(layer, this.setOf(branch, value))))];
  }

  /** The set that has this value for a branch. */
  private setOf(branch: BnBranch, value: BnValue): BnBranch {
    const { splitParts = 'both' } = this.spec;
    const part = value === 'weight' || value === 'bias' ? 'affine' : 'statistics';
    return splitParts === 'both' || splitParts === part ? branch : 'adv';
  }

  /** PyTorch name of a value of a BN layer's set for a branch. */
  bnName(layer: string, branch: BnBranch, value: BnValue): string {
    return `${this.bnPrefix(layer, this.setOf(branch, value))}.${value}`;
  }

  /** PyTorch prefix of a BN layer's set for a branch; without split BN both branches use the one set. */
  bnPrefix(layer: string, branch: BnBranch): string {
    return this.splitBn ? `${layer}.${branch}` : layer.replace('.shortcut_bn', '.shortcut.1');
  }

  private get wide(): boolean {
    return this.spec.family === 'wide';
  }

  /** The linear layer's name in the official code. */
  get head(): string {
    return this.wide ? 'fc' : 'linear';
  }

  private shortcutName(b: Block): string {
    return this.splitBn ? `${b.name}.shortcut` : `${b.name}.shortcut.0`;
  }

  private variable(name: string): tf.Variable {
    return parameter(this, name);
  }

  private weight(name: string): tf.Tensor4D {
    return this.variable(`${name}.weight`) as unknown as tf.Tensor4D;
  }

  /**
   * relu(BatchNorm(x) + shortcut) in one kernel; in two in eval mode, or if the BatchNorm's own output is wanted as a
   * feature.
   */
  private endBlock(pass: Pass, layer: string, x: tf.Tensor4D, shortcut: tf.Tensor4D): tf.Tensor4D {
    if (pass.options.mode === 'eval' || pass.options.features?.includes(layer)) {
      return addRelu(this.bn(pass, layer, x, false), shortcut) as tf.Tensor4D;
    }
    const { weight, bias } = this.affine(pass, layer);
    const result = batchNormAddRelu(x, shortcut, weight, bias);
    this.gather(pass, layer, result, x);
    return result.y as tf.Tensor4D;
  }

  /** gamma and beta of the layer's set for this pass's branch. */
  private affine(pass: Pass, layer: string): { weight: tf.Tensor1D; bias: tf.Tensor1D } {
    const get = (name: BnValue) =>
      this.variable(this.bnName(layer, pass.options.branch, name)) as unknown as tf.Tensor1D;
    return { weight: get('weight'), bias: get('bias') };
  }

  /** Keeps a layer's batch statistics for `commitStatistics` and the result. */
  private gather(pass: Pass, layer: string, { mean, variance }: BatchNormResult, x: tf.Tensor4D): void {
    const prefix = this.bnPrefix(layer, this.setOf(pass.options.branch, 'running_mean'));
    const count = x.size / x.shape[3];
    pass.commits.push(() => moveRunningStatistics(this, prefix, mean, variance, count));
    if (pass.options.statistics === 'all') pass.statistics[layer] = { mean, variance, count };
  }

  private bn(pass: Pass, layer: string, x: tf.Tensor4D, relu: boolean): tf.Tensor4D {
    const { mode, branch, features } = pass.options;
    const { weight, bias } = this.affine(pass, layer);
    let y: tf.Tensor4D;
    if (mode === 'eval') {
      const get = (name: BnValue) =>
        this.variable(this.bnName(layer, branch, name)) as unknown as tf.Tensor1D;
      y = batchNormEval(x, weight, bias, get('running_mean'), get('running_var'), relu) as tf.Tensor4D;
    } else {
      const result = batchNormTrain(x, weight, bias, relu);
      y = result.y as tf.Tensor4D;
      this.gather(pass, layer, result, x);
    }
    // Features are pooled after a ReLU of the BN output, also for bn2, where the block adds its shortcut before the
    // ReLU.
    if (features?.includes(layer)) pass.features[layer] = globalAveragePool(relu ? y : tf.relu(y));
    return y;
  }
}
