/**
 * Random crop with zero padding and horizontal flip of uint8 images, as torchvision's RandomCrop(32, padding) and
 * RandomHorizontalFlip.
 */
import type { RandomStream } from '../random/random.ts';
import { IMAGE_BYTES, IMAGE_CHANNELS, IMAGE_SIZE } from './dataset.ts';

/** Numbers per image in the result of `drawAugmentation`. */
export const DRAWS = 4;

/** Draws the augmentation of each image of a batch, [indices.length,4]: (index, dx, dy, mirrored). */
export function drawAugmentation(
  indices: ArrayLike<number>,
  random: RandomStream,
  { crop, flip }: { crop: number; flip: boolean },
): Int32Array {
  const draws = new Int32Array(DRAWS * indices.length);
  for (let b = 0; b < indices.length; b++) {
    // Draws the same number of values with any options, so that the stream's position depends only on the images.
    const dx = random.integer(2 * crop + 1) - crop;
    const dy = random.integer(2 * crop + 1) - crop;
    const mirrored = random.uniform() < 0.5 && flip;
    draws.set([indices[b], dx, dy, mirrored ? 1 : 0], DRAWS * b);
  }
  return draws;
}

/** Images [n,32,32,3] uint8, cropped and flipped by `draws` -> float32 in [0,1] in `out` [draws.length / 4,32,32,3]. */
export function augmentInto(out: Float32Array, images: Uint8Array, draws: Int32Array): void {
  for (let b = 0; b < draws.length / DRAWS; b++) {
    const [index, dx, dy, mirrored] = draws.subarray(DRAWS * b, DRAWS * (b + 1));
    const source = index * IMAGE_BYTES;
    let o = b * IMAGE_BYTES;
    for (let y = 0; y < IMAGE_SIZE; y++) {
      const sy = y + dy;
      for (let x = 0; x < IMAGE_SIZE; x++, o += IMAGE_CHANNELS) {
        const sx = (mirrored ? IMAGE_SIZE - 1 - x : x) + dx;
        const inside = sy >= 0 && sy < IMAGE_SIZE && sx >= 0 && sx < IMAGE_SIZE;
        const s = source + (sy * IMAGE_SIZE + sx) * IMAGE_CHANNELS;
        for (let c = 0; c < IMAGE_CHANNELS; c++) out[o + c] = inside ? images[s + c] / 255 : 0;
      }
    }
  }
}

/** Images at `indices` as float32 in [0,1], [indices.length,32,32,3], without augmentation. */
export function toFloat(images: Uint8Array, indices: ArrayLike<number>): Float32Array {
  const out = new Float32Array(indices.length * IMAGE_BYTES);
  for (let b = 0; b < indices.length; b++) {
    const source = indices[b] * IMAGE_BYTES;
    for (let i = 0; i < IMAGE_BYTES; i++) out[b * IMAGE_BYTES + i] = images[source + i] / 255;
  }
  return out;
}
