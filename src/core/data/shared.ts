/** Data for several workers: in memory that they share where the platform has it, so that it is not copied for each. */
import type { Dataset, ImageSet } from './dataset.ts';

function sharedBytes(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

const sharedSet = ({ images, labels }: ImageSet): ImageSet => ({
  images: sharedBytes(images),
  labels: sharedBytes(labels),
});

/** A copy of `data` that a worker receives without another copy; `data` itself where memory cannot be shared. */
export function shared(data: Dataset): Dataset {
  if (typeof SharedArrayBuffer === 'undefined') return data;
  return { ...data, train: sharedSet(data.train), test: sharedSet(data.test) };
}
