/**
 * The layers of the CIFAR ResNets, plain and wide, and their cost. Imports no tensors; resnet.ts builds and runs the
 * network.
 */
import { IMAGE_CHANNELS, IMAGE_SIZE } from '../data/dataset.ts';

/** Channels of a wide network's first convolution, whatever its width. */
export const WIDE_STEM = 16;

/** One BasicBlock: its name in PyTorch, its channels and the stride of its first convolution. */
export interface Block {
  readonly name: string;
  readonly inChannels: number;
  readonly channels: number;
  readonly stride: 1 | 2;
}

/**
 * The blocks of a network in order of the forward pass. Each stage after the first doubles the channels and halves the
 * resolution.
 */
export function blocksOf(spec: Pick<Shape, 'family' | 'width' | 'blocks'>): Block[] {
  const blocks: Block[] = [];
  const wide = spec.family === 'wide';
  let inChannels = wide ? WIDE_STEM : spec.width;
  spec.blocks.forEach((count, stage) => {
    const channels = spec.width * 2 ** stage;
    for (let i = 0; i < count; i++) {
      const stride = i === 0 && stage > 0 ? 2 : 1;
      const name = wide ? `block${stage + 1}.layer.${i}` : `layer${stage + 1}.${i}`;
      blocks.push({ name, inChannels, channels, stride });
      inChannels = channels;
    }
  });
  return blocks;
}

/** Whether the block's shortcut is a 1x1 convolution; otherwise it is the identity. */
export const hasProjection = (b: { inChannels: number; channels: number; stride: number }): boolean =>
  b.stride !== 1 || b.inChannels !== b.channels;

interface Shape {
  /** A plain one if it is not given. */
  readonly family?: 'resnet' | 'wide';
  readonly width: number;
  readonly blocks: readonly number[];
  readonly stemStride: 1 | 2;
  readonly classes: number;
}

/**
 * FLOP of one forward pass of one image (convolutions and the linear layer, a multiply-add counted as two), and the
 * network's own trainable parameters with one BatchNorm set.
 */
export function networkCost(spec: Shape): { flopPerImage: number; parameters: number } {
  let size = Math.ceil(IMAGE_SIZE / spec.stemStride);
  let flop = 0;
  let parameters = 0;
  const blocks = blocksOf(spec);
  const wide = spec.family === 'wide';
  // In a plain network a BatchNorm follows each convolution; in a wide one, two precede those of a block.
  const bn = (channels: number) => (parameters += 2 * channels);
  const conv = (k: number, inChannels: number, channels: number) => {
    flop += 2 * k * k * inChannels * channels * size * size;
    parameters += k * k * inChannels * channels;
    if (!wide) bn(channels);
  };
  conv(3, IMAGE_CHANNELS, wide ? WIDE_STEM : spec.width);
  for (const block of blocks) {
    const { inChannels, channels, stride } = block;
    size = Math.ceil(size / stride);
    conv(3, inChannels, channels);
    conv(3, channels, channels);
    if (hasProjection(block)) conv(1, inChannels, channels);
    if (wide) bn(inChannels + channels);
  }
  const features = blocks[blocks.length - 1].channels;
  if (wide) bn(features);
  flop += 2 * features * spec.classes;
  parameters += features * spec.classes + spec.classes;
  return { flopPerImage: flop, parameters };
}

/** Elements of the shared conv and linear weights, by their names in a network with split BatchNorm. */
export function sharedWeightSizes(spec: Shape): Map<string, number> {
  const wide = spec.family === 'wide';
  const [shortcut, linear] = wide ? ['convShortcut', 'fc'] : ['shortcut', 'linear'];
  const sizes = new Map([['conv1.weight', 9 * IMAGE_CHANNELS * (wide ? WIDE_STEM : spec.width)]]);
  const blocks = blocksOf(spec);
  for (const block of blocks) {
    const { name, inChannels, channels } = block;
    sizes.set(`${name}.conv1.weight`, 9 * inChannels * channels);
    sizes.set(`${name}.conv2.weight`, 9 * channels * channels);
    if (hasProjection(block)) sizes.set(`${name}.${shortcut}.weight`, inChannels * channels);
  }
  sizes.set(`${linear}.weight`, blocks[blocks.length - 1].channels * spec.classes);
  return sizes;
}

/** Adds the parameters of a layer; a convolution's shape is [k,k,in,out]. */
export interface LayerMaker {
  conv(name: string, k: number, inChannels: number, channels: number): void;
  bn(layer: string, channels: number): void;
}

/** Makes the parameters of a wide network, except the linear layer's, in the order of the official state dict. */
export function makeWideLayers(blocks: readonly Block[], make: LayerMaker): void {
  make.conv('conv1', 3, 3, WIDE_STEM);
  for (const b of blocks) {
    make.bn(`${b.name}.bn1`, b.inChannels);
    make.conv(`${b.name}.conv1`, 3, b.inChannels, b.channels);
    make.bn(`${b.name}.bn2`, b.channels);
    make.conv(`${b.name}.conv2`, 3, b.channels, b.channels);
    if (hasProjection(b)) make.conv(`${b.name}.convShortcut`, 1, b.inChannels, b.channels);
  }
  make.bn('bn1', blocks[blocks.length - 1].channels);
}

/** What decides the names and shapes of a network's parameters. */
export interface Architecture {
  /** A plain one if it is not given. */
  readonly family?: 'resnet' | 'wide';
  readonly width: number;
  readonly blocks: readonly number[];
  readonly classes: number;
  readonly splitBn: boolean;
}

/**
 * Every parameter and running statistic by its official name, with its shape in PyTorch's layout (conv OIHW, linear
 * [out,in]), in order of the forward pass.
 */
export function parameterShapes(spec: Architecture): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const addBn = (layer: string, channels: number) => {
    const plain = layer.replace('.shortcut_bn', '.shortcut.1');
    for (const prefix of spec.splitBn ? [`${layer}.clean`, `${layer}.adv`] : [plain])
      for (const value of ['weight', 'bias', 'running_mean', 'running_var'])
        shapes.set(`${prefix}.${value}`, [channels]);
  };
  const addConv = (name: string, k: number, inChannels: number, channels: number) =>
    shapes.set(`${name}.weight`, [channels, inChannels, k, k]);
  const blocks = blocksOf(spec);
  const features = blocks[blocks.length - 1].channels;
  if (spec.family === 'wide') {
    makeWideLayers(blocks, { conv: addConv, bn: addBn });
    shapes.set('fc.weight', [spec.classes, features]);
    shapes.set('fc.bias', [spec.classes]);
    return shapes;
  }
  addConv('conv1', 3, IMAGE_CHANNELS, spec.width);
  addBn('bn1', spec.width);
  for (const block of blocks) {
    const { name, inChannels, channels } = block;
    addConv(`${name}.conv1`, 3, inChannels, channels);
    addBn(`${name}.bn1`, channels);
    addConv(`${name}.conv2`, 3, channels, channels);
    addBn(`${name}.bn2`, channels);
    if (!hasProjection(block)) continue;
    addConv(spec.splitBn ? `${name}.shortcut` : `${name}.shortcut.0`, 1, inChannels, channels);
    addBn(`${name}.shortcut_bn`, channels);
  }
  shapes.set('linear.weight', [spec.classes, features]);
  shapes.set('linear.bias', [spec.classes]);
  return shapes;
}
