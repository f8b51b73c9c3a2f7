/** A model for evaluation attacks: images and results are arrays on the host, the passes run on the device. */
import * as tf from '@tensorflow/tfjs-core';
import type { LogitsFn } from '../nn/types.ts';

/** Per-example loss [N] of logits [N,K], labels [N] int32 and target classes [N] int32. Called within tidy. */
export type ExampleLoss = (logits: tf.Tensor2D, y: tf.Tensor1D, targets: tf.Tensor1D) => tf.Tensor1D;

/** The result of a pass with gradients: logits [N,K], losses [N], d(sum of losses)/dx like the images. */
export interface GradientPass {
  readonly logits: Float32Array;
  readonly losses: Float32Array;
  readonly gradient: Float32Array;
}

/**
 * The cost of a pass with gradients in forward passes. Its backward pass needs no weight gradients, so that it costs
 * about as much as the forward pass.
 */
export const GRADIENT_COST = 2;

/** On a GPU, batches are padded to one of a few sizes, to reuse pipelines and buffers as batches shrink. */
const padsBatches = (): boolean => tf.getBackend().startsWith('web');

/** The smallest padded size for n images (n >= 1). */
export function paddedSize(n: number): number {
  let size = 1;
  while (size < n) size *= 2;
  // Sizes of 3/4 of a power of two waste less: 1, 2, 3, 4, 6, 8, 12, 16, 24, ...
  return size >= 4 && n <= 0.75 * size ? 0.75 * size : size;
}

/** `values` [n, width], padded to `rows` rows with copies of its first row. */
function padded<T extends Float32Array | Int32Array>(values: T, width: number, rows: number): T {
  const have = values.length / width;
  if (have === rows) return values;
  const out = new (values.constructor as new (n: number) => T)(rows * width);
  out.set(values);
  for (let r = have; r < rows; r++) out.set(values.subarray(0, width), r * width);
  return out;
}

export class AttackModel {
  /** Numbers per image: height * width * channels. */
  readonly imageSize: number;

  /**
   * `logitsOf` gives the logits [N,K] in eval mode of images [N, ...imageShape] in [0,1], called within tidy. No
   * example may influence another's logits.
   */
  constructor(
    private readonly logitsOf: LogitsFn,
    readonly classes: number,
    readonly imageShape: readonly [number, number, number] = [32, 32, 3],
  ) {
    this.imageSize = imageShape[0] * imageShape[1] * imageShape[2];
  }

  private upload(images: Float32Array): { x: tf.Tensor4D; rows: number; n: number } {
    const n = images.length / this.imageSize;
    const rows = padsBatches() ? paddedSize(n) : n;
    const x = tf.tensor4d(padded(images, this.imageSize, rows), [rows, ...this.imageShape]);
    return { x, rows, n };
  }

  /** Logits [N,K] of N >= 1 images. The array is the caller's. */
  async logits(images: Float32Array): Promise<Float32Array> {
    const { x, n } = this.upload(images);
    try {
      return await this.read(
        tf.tidy(() => this.logitsOf(x)),
        n * this.classes,
      );
    } finally {
      x.dispose();
    }
  }

  /**
   * Logits, losses and the losses' gradient with respect to the N images, by one forward and one backward pass. `y` and
   * `targets` [N]. The arrays are the caller's.
   */
  async gradient(
    images: Float32Array,
    y: Int32Array,
    targets: Int32Array,
    loss: ExampleLoss,
  ): Promise<GradientPass> {
    const { x, rows, n } = this.upload(images);
    // tf.keep, since the tidy of tf.grad would dispose the logits and losses.
    const kept: tf.Tensor[] = [];
    const sumOfLosses = (input: tf.Tensor) => {
      const logits = this.logitsOf(input as tf.Tensor4D);
      const [labels, aims] = [y, targets].map((v) => tf.tensor1d(padded(v, 1, rows), 'int32'));
      const losses = loss(logits, labels, aims);
      for (const t of [logits, losses]) kept.push(tf.keep(tf.clone(t)));
      return tf.sum(losses);
    };
    try {
      kept.push(tf.tidy(() => tf.grad(sumOfLosses)(x)));
    } catch (error) {
      tf.dispose(kept);
      throw error;
    } finally {
      x.dispose();
    }
    const sizes = [n * this.classes, n, n * this.imageSize];
    const [logits, losses, gradient] = await Promise.all(kept.map((t, k) => this.read(t, sizes[k])));
    return { logits, losses, gradient };
  }

  /** A copy of the tensor's first `length` values; disposes the tensor. */
  private async read(tensor: tf.Tensor, length: number): Promise<Float32Array> {
    try {
      // A backend may hand out its own memory, which the next pass overwrites.
      return ((await tensor.data()) as Float32Array).slice(0, length);
    } finally {
      tensor.dispose();
    }
  }
}

/** Class of the largest logit in row `i` of [N, classes]. Throws `Error` if a logit of the row is not finite. */
export function argmax(logits: Float32Array, classes: number, i: number): number {
  let best = 0;
  for (let k = 0; k < classes; k++) {
    const value = logits[i * classes + k];
    if (!Number.isFinite(value))
      throw new Error(`The model's output is not a finite number (${value}): it cannot be attacked.`);
    if (value > logits[i * classes + best]) best = k;
  }
  return best;
}

/** The classes in row `i` of [N, classes] by descending logit; equal logits by class. */
export function ranked(logits: Float32Array, classes: number, i: number): number[] {
  const order = Array.from({ length: classes }, (_, k) => k);
  // A stable sort, like PyTorch's on the CPU.
  return order.sort((a, b) => logits[i * classes + b] - logits[i * classes + a]);
}

/** A copy of the rows `indices` of `values` [n, width]. */
export function gatherRows<T extends Float32Array | Int32Array>(
  values: T,
  width: number,
  indices: readonly number[],
): T {
  const out = new (values.constructor as new (n: number) => T)(indices.length * width);
  indices.forEach((i, r) => out.set(values.subarray(i * width, (i + 1) * width), r * width));
  return out;
}
