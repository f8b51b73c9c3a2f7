/** The first screen's images: the first test images of each class of `public/data/embedded`, not chosen by result. */
import { IMAGE_BYTES } from '../src/core/data/dataset.ts';

/** Images per class. */
export const PER_CLASS = 2;

/**
 * `shard`: labels of `count` images, then their pixels (core/data/hosted.ts). Returns label and pixels of each chosen
 * image, one after the other, class by class.
 */
export function exampleImages(shard: Uint8Array, count: number, classes: number): Uint8Array {
  const labels = shard.subarray(0, count);
  const chosen = Array.from({ length: classes }, (_, label) =>
    [...labels.keys()].filter((i) => labels[i] === label).slice(0, PER_CLASS),
  ).flat();
  const out = new Uint8Array(chosen.length * (1 + IMAGE_BYTES));
  chosen.forEach((i, k) => {
    const at = k * (1 + IMAGE_BYTES);
    out[at] = labels[i];
    out.set(shard.subarray(count + i * IMAGE_BYTES, count + (i + 1) * IMAGE_BYTES), at + 1);
  });
  return out;
}
