/**
 * Makes the batches of training steps: on the host, or on a device that holds the training images and augments and
 * draws noise there.
 */
import * as tf from '@tensorflow/tfjs-core';
import { augmentBatch, randomStart, type PackedImages } from '../backend/ops.ts';
import { stepCapture } from '../backend/step-capture.ts';
import { DRAWS } from '../data/augment.ts';
import type { BatchStream, DeviceBatch, HostBatch } from '../data/batches.ts';
import { IMAGE_BYTES, IMAGE_CHANNELS, IMAGE_SIZE, type ImageSet } from '../data/dataset.ts';
import { acquireImages, deviceBytes, releaseImages } from './device-images.ts';
import type { RandomStart } from '../methods/types.ts';
import type { StepInput } from './step-runner.ts';

/** The batch of one step. */
export interface Batch {
  /** [N,32,32,3] in [0,1]. */
  readonly x: tf.Tensor4D;
  /** [N] int32. */
  readonly y: tf.Tensor1D;
  /** Noise for the attack's random start, [N,32,32,3]; zeros if the method has none. */
  readonly noise: tf.Tensor4D;
}

/** The values that a step needs from the host, and the function that turns them into its batch on the device. */
export interface StepBatch {
  readonly inputs: readonly StepInput[];
  /** Call within tidy, with `inputs` as tensors. */
  readonly batchOf: (inputs: readonly tf.Tensor[]) => Batch;
}

const shapeOf = (n: number): [number, number, number, number] => [n, IMAGE_SIZE, IMAGE_SIZE, IMAGE_CHANNELS];

export class BatchSource {
  /** The training images, if the device makes the batches: it can replay steps, and they fit. Else null. */
  private images: PackedImages | null;

  constructor(
    private readonly data: ImageSet,
    private readonly stream: BatchStream,
    private readonly start: RandomStart,
    private readonly batchSize: number,
  ) {
    const capture = stepCapture();
    this.images = capture?.fitsOneBinding(deviceBytes(data)) ? acquireImages(capture, data) : null;
  }

  /** The next batch; advances the stream. */
  next(): StepBatch {
    return this.images
      ? this.onDevice(this.images, this.stream.nextOnDevice())
      : this.fromHost(this.stream.next(this.start));
  }

  /** A zero-filled batch of the same shapes, for rehearsal; does not advance the stream. */
  blank(): StepBatch {
    const labels = new Int32Array(this.batchSize);
    const numbers = (wanted: boolean) => new Float32Array(wanted ? labels.length * IMAGE_BYTES : 0);
    return this.images
      ? this.onDevice(this.images, {
          labels,
          draws: new Int32Array(labels.length * DRAWS),
          key: new Int32Array(4),
        })
      : this.fromHost({
          labels,
          images: numbers(true),
          uniform: numbers(this.start === 'uniform'),
          gaussian: numbers(this.start === 'gaussian'),
        });
  }

  private onDevice(images: PackedImages, { labels, draws, key }: DeviceBatch): StepBatch {
    const { start } = this;
    const n = labels.length;
    return {
      inputs: [
        { values: labels, shape: [n] },
        { values: draws, shape: [n, DRAWS] },
        { values: key, shape: [key.length] },
      ],
      batchOf: ([y, drawn, stream]) => {
        const x = augmentBatch(images, drawn as tf.Tensor2D);
        const noise =
          start === 'none' ? tf.zerosLike(x) : randomStart(stream as tf.Tensor1D, shapeOf(n), start);
        return { x, y: y as tf.Tensor1D, noise };
      },
    };
  }

  private fromHost(host: HostBatch): StepBatch {
    const n = host.labels.length;
    const noise = { none: [], uniform: [host.uniform], gaussian: [host.gaussian] }[this.start];
    return {
      inputs: [
        { values: host.labels, shape: [n] },
        ...[host.images, ...noise].map((values) => ({ values, shape: shapeOf(n) })),
      ],
      batchOf: ([y, x, drawn]) => ({
        x: x as tf.Tensor4D,
        y: y as tf.Tensor1D,
        noise: (drawn as tf.Tensor4D | undefined) ?? tf.zerosLike(x as tf.Tensor4D),
      }),
    };
  }

  dispose(): void {
    if (this.images) releaseImages(this.data);
    this.images = null;
  }
}
