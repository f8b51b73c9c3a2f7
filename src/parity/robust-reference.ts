/**
 * A `robust-*` folder: a trained network, test images, and which of them the network classified correctly under each
 * attack of the official AutoAttack.
 */
import * as v from 'valibot';
import type { Norm } from '../core/attacks/types.ts';
import type { LogitsFn } from '../core/nn/types.ts';
import { ResNet } from '../core/nn/resnet.ts';
import type { HostTensor } from '../core/nn/safetensors.ts';
import { importWeights } from '../core/nn/weights.ts';
import { entry, type Tensors } from './reference.ts';

const num = v.pipe(v.number(), v.finite());
const IndexSchema = v.object({
  architecture: v.object({
    width: num,
    blocks: v.array(num),
    stem_stride: v.picklist([1, 2]),
    bn: v.picklist(['single', 'split']),
    input_scale: v.optional(num, 0),
  }),
  /** L-inf if absent. */
  norm: v.optional(v.picklist(['Linf', 'L2']), 'Linf'),
  counts_correct: v.objectWithRest({ n: num, eps: num }, num),
});

export interface RobustReference {
  readonly network: ResNet;
  /** The network in inference mode, through the adv set if BatchNorm is split. */
  readonly logits: LogitsFn;
  readonly classes: number;
  readonly norm: Norm;
  readonly eps: number;
  readonly n: number;
  /** Pixels in [0,1], [n,32,32,3]. */
  readonly x: Float32Array;
  /** Labels, [n]. */
  readonly y: Int32Array;
  /** The official logits, [n, classes]. */
  readonly officialLogits: Float32Array;
  /** By attack: for each image, 1 if it withstood the official attack, else 0. */
  readonly robust: ReadonlyMap<string, Uint8Array>;
  /** By attack, also attacks that `robust` lacks: number of images that the network still classifies correctly. */
  readonly counts: Readonly<Record<string, number>>;
}

function pixels({ data, shape }: HostTensor): Float32Array {
  const [n, channels, height, width] = shape;
  const out = new Float32Array(data.length);
  for (let i = 0; i < n; i++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < height * width; p++)
        out[(i * height * width + p) * channels + c] = data[(i * channels + c) * height * width + p] / 255;
  return out;
}

/**
 * Validates index.json and builds the network, which the caller disposes. Throws an Error of one sentence if the folder
 * does not have the expected form.
 */
export function parseRobustReference(index: unknown, tensors: Tensors): RobustReference {
  const parsed = v.safeParse(IndexSchema, index);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new Error(
      `index.json is not of the form of a robust folder: ${v.getDotPath(issue) ?? ''}: ${issue.message}`,
    );
  }
  const { architecture, counts_correct, norm } = parsed.output;
  const { n, eps, ...counts } = counts_correct;
  const images = entry(tensors, 'images');
  if (images.shape[0] !== n)
    throw new Error(`index.json speaks of ${n} images, the file has ${images.shape[0]}.`);
  const classes = entry(tensors, 'state.linear.bias').shape[0];
  const splitBn = architecture.bn === 'split';
  const { width, blocks, stem_stride: stemStride, input_scale: inputScale } = architecture;
  const network = new ResNet({ width, blocks, stemStride, inputScale, classes, splitBn }, 0);
  importWeights(network, tensors, 'state.');
  const robust = new Map<string, Uint8Array>();
  for (const [name, t] of tensors)
    if (name.startsWith('robust.')) robust.set(name.slice('robust.'.length), Uint8Array.from(t.data));
  return {
    network,
    logits: (x) => network.forward(x, { branch: 'adv', mode: 'eval' }).logits,
    classes,
    norm: norm === 'L2' ? 'l2' : 'linf',
    eps,
    n,
    x: pixels(images),
    y: Int32Array.from(entry(tensors, 'labels').data),
    officialLogits: Float32Array.from(entry(tensors, 'logits').data),
    robust,
    counts,
  };
}
