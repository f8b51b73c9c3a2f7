/** The network's convolutions alone, as the ceiling of what stock tfjs reaches with them. */
import * as tf from '@tensorflow/tfjs-core';
import { IMAGE_CHANNELS, IMAGE_SIZE } from '../../src/core/data/dataset.ts';
import { blocksOf, hasProjection } from '../../src/core/nn/architecture.ts';

interface Shape {
  readonly width: number;
  readonly blocks: readonly number[];
  readonly stemStride: 1 | 2;
}

interface Convolution {
  readonly size: number;
  readonly from: number;
  readonly to: number;
  readonly k: 1 | 3;
  readonly stride: 1 | 2;
}

/** Every convolution of the network in order. */
function convolutionsOf({ width, blocks, stemStride }: Shape): Convolution[] {
  const all: Convolution[] = [
    { size: IMAGE_SIZE, from: IMAGE_CHANNELS, to: width, k: 3, stride: stemStride },
  ];
  let size = Math.ceil(IMAGE_SIZE / stemStride);
  for (const b of blocksOf({ width, blocks })) {
    all.push({ size, from: b.inChannels, to: b.channels, k: 3, stride: b.stride });
    if (hasProjection(b)) all.push({ size, from: b.inChannels, to: b.channels, k: 1, stride: b.stride });
    size = Math.ceil(size / b.stride);
    all.push({ size, from: b.channels, to: b.channels, k: 3, stride: 1 });
  }
  return all;
}

/** A function that runs each of them once, forward, by `tf.conv2d`, on a batch. Keeps its inputs. */
export function convolutionWork(shape: Shape, batch: number): () => void {
  const work = convolutionsOf(shape).map(({ size, from, to, k, stride }) => ({
    x: tf.randomNormal([batch, size, size, from], 0, 1, 'float32', 1) as tf.Tensor4D,
    filter: tf.randomNormal([k, k, from, to], 0, 1, 'float32', 2) as tf.Tensor4D,
    stride,
    pad: (k - 1) / 2,
  }));
  return () => {
    for (const { x, filter, stride, pad } of work) tf.conv2d(x, filter, stride, pad).dispose();
  };
}
