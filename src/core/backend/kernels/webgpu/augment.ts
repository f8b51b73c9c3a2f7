/** Random crop and flip of a batch, read from the training images on the device: one thread per pixel. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Runner } from './runner.ts';
import { declare, lengthOf, mainFunction } from './wgsl.ts';

const SIZE = 32;
const CHANNELS = 3;

const SOURCE = `${declare([
  { name: 'x', width: 1, writable: true },
  { name: 'images', width: 1, integer: true },
  { name: 'levels', width: 1 },
  { name: 'draws', width: 1, integer: true },
])}
${mainFunction(
  lengthOf('x', CHANNELS),
  `  let b = id / ${SIZE * SIZE};
  let column = id % ${SIZE};
  let sy = (id / ${SIZE}) % ${SIZE} + draws[b * 4 + 2];
  let sx = select(column, ${SIZE - 1} - column, draws[b * 4 + 3] != 0) + draws[b * 4 + 1];
  let inside = sy >= 0 && sy < ${SIZE} && sx >= 0 && sx < ${SIZE};
  let pixel = images[draws[b * 4] * ${SIZE * SIZE} + clamp(sy, 0, ${SIZE - 1}) * ${SIZE} + clamp(sx, 0, ${SIZE - 1})];
  x[id * 3] = select(0.0, levels[pixel >> 16u], inside);
  x[id * 3 + 1] = select(0.0, levels[(pixel >> 8u) & 255], inside);
  x[id * 3 + 2] = select(0.0, levels[pixel & 255], inside);`,
)}`;

/** images [n,1024], levels [256], draws [B,4] -> x [B,32,32,3]. */
export function augmentBatch(
  runner: Runner,
  { images, levels, draws }: Record<'images' | 'levels' | 'draws', tf.TensorInfo>,
): tf.TensorInfo {
  const x = runner.output([draws.shape[0], SIZE, SIZE, CHANNELS]);
  runner.run('augmentBatch', () => SOURCE, [x, images, levels, draws], draws.shape[0] * SIZE * SIZE);
  return x;
}
