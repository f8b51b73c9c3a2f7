/**
 * A training set on the device, packed to four bytes a pixel, so that a step's batch is cropped and flipped there
 * (`augmentBatch`).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { PackedImages } from '../backend/ops.ts';
import type { StepCapture } from '../backend/step-capture.ts';
import { IMAGE_BYTES, IMAGE_CHANNELS, type ImageSet } from '../data/dataset.ts';

const LEVELS = Float32Array.from({ length: 256 }, (_, k) => k / 255);
const PIXELS = IMAGE_BYTES / IMAGE_CHANNELS;

/** uint8 images [n,32,32,3] -> [n * 1024], a pixel as 65536 R + 256 G + B. */
export function packImages(images: Uint8Array): Int32Array {
  const packed = new Int32Array(images.length / IMAGE_CHANNELS);
  // A plain loop: of a whole CIFAR-10, it takes half a second, Int32Array.from four.
  for (let i = 0, s = 0; i < packed.length; i++, s += IMAGE_CHANNELS)
    packed[i] = (images[s] << 16) | (images[s + 1] << 8) | images[s + 2];
  return packed;
}

interface Held extends PackedImages {
  users: number;
}
/** Contestants of a race train on the same set: it is there once. */
const held = new WeakMap<ImageSet, Held>();

/** `set` on the device of `capture`, uploaded by whoever asks first. Give it back with `releaseImages`. */
export function acquireImages(capture: Pick<StepCapture, 'input'>, set: ImageSet): PackedImages {
  let images = held.get(set);
  if (!images) {
    const packed = packImages(set.images);
    images = {
      images: capture.input(packed, [packed.length / PIXELS, PIXELS]) as tf.Tensor2D,
      levels: capture.input(LEVELS, [LEVELS.length]) as tf.Tensor1D,
      users: 0,
    };
    held.set(set, images);
  }
  images.users++;
  return images;
}

/** Frees it once nobody else uses it. */
export function releaseImages(set: ImageSet): void {
  const images = held.get(set);
  if (!images || --images.users > 0) return;
  held.delete(set);
  tf.dispose([images.images, images.levels]);
}

/** Bytes that it takes on the device. */
export const deviceBytes = (set: ImageSet): number => (set.images.length / IMAGE_CHANNELS) * 4;
