/** Puts data in shared memory, if the platform has it, so that several workers need one copy. */
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

/** A copy of `data` in shared memory, which workers receive without copying; `data` itself if there is none. */
export function shared(data: Dataset): Dataset {
  if (typeof SharedArrayBuffer === 'undefined') return data;
  const { train, test, heldOut } = data;
  return {
    ...data,
    train: sharedSet(train),
    test: sharedSet(test),
    ...(heldOut && { heldOut: sharedSet(heldOut) }),
  };
}
