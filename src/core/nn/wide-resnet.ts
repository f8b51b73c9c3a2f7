/**
 * The layers of a wide residual network of pre-activation blocks (Zagoruyko & Komodakis 2016; He et al. 2016), as in
 * the official codes of ARAT and TRADES; WRN-34-10 has three stages of five blocks with 160, 320 and 640 channels.
 * Parameter names are theirs: `block3.layer.0.bn1.adv.weight` with split BatchNorm, `block3.layer.0.bn1.weight`
 * without.
 */
import * as tf from '@tensorflow/tfjs-core';
import { hasProjection, type Block } from './architecture.ts';

/** The layers as functions of images [N,H,W,C]; `bn` ends with a ReLU. */
export interface LayerFunctions {
  conv(name: string, x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D;
  bn(layer: string, x: tf.Tensor4D): tf.Tensor4D;
}

/** The features [N,H,W,C] that are pooled: relu(bn1(.)) of the last block's output. */
export function wideFeatures(
  blocks: readonly Block[],
  stemStride: 1 | 2,
  input: tf.Tensor4D,
  { conv, bn }: LayerFunctions,
): tf.Tensor4D {
  let h = conv('conv1', input, stemStride);
  for (const b of blocks) {
    const activated = bn(`${b.name}.bn1`, h);
    const inner = bn(`${b.name}.bn2`, conv(`${b.name}.conv1`, activated, b.stride));
    const out = conv(`${b.name}.conv2`, inner, 1);
    // Where the channels change, the shortcut starts from the activated input.
    const shortcut = hasProjection(b) ? conv(`${b.name}.convShortcut`, activated, b.stride) : h;
    h = tf.add(out, shortcut);
  }
  return bn('bn1', h);
}
