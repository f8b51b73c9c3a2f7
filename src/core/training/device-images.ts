/**
 * Keeps a training set on the device, packed to four bytes a pixel, so that batches are cropped and flipped there
 * (`augmentBatch`).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { PackedImages } from '../backend/ops.ts';
import type { StepCapture } from '../backend/step-capture.ts';
import { IMAGE_BYTES, IMAGE_CHANNELS, type ImageSet } from '../data/dataset.ts';

const LEVELS = Float32Array.from({ length: 256 }, (_, k) => k / 255);
const PIXELS = IMAGE_BYTES / IMAGE_CHANNELS;

/** uint8 images [n,32,32,3] -> [n * 1024], each pixel as 65536 R + 256 G + B. */
export function packImages(images: Uint8Array): Int32Array {
  const packed = new Int32Array(images.length / IMAGE_CHANNELS);
  // For CIFAR-10, this loop takes half a second, Int32Array.from four.
  for (let i = 0, s = 0; i < packed.length; i++, s += IMAGE_CHANNELS)
    packed[i] = (images[s] << 16) | (images[s + 1] << 8) | images[s + 2];
  return packed;
}

interface Held extends PackedImages {
  users: number;
}
/** The contestants of a race train on the same set, which is uploaded once. */
const held = new WeakMap<ImageSet, Held>();

/** `set` on the device of `capture`, uploaded by the first call. Each call needs a `releaseImages`. */
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

/** Ends one use of `set`; the last one frees its tensors. More calls than uses are ignored. */
export function releaseImages(set: ImageSet): void {
  const images = held.get(set);
  if (!images || --images.users > 0) return;
  held.delete(set);
  tf.dispose([images.images, images.levels]);
}

/** Bytes that `set` takes on the device. */
export const deviceBytes = (set: ImageSet): number => (set.images.length / IMAGE_CHANNELS) * 4;
