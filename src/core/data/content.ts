import { checksumOfBytes } from './checksum.ts';
import { IMAGE_BYTES, type Dataset, type ImageSet } from './dataset.ts';

const known = new WeakMap<Dataset, string>();

/**
 * CRC-32 of all images and labels, since two data sets of the same name and size may differ. Computed once for each
 * `Dataset` object.
 */
export function contentOf(data: Dataset): string {
  let digest = known.get(data);
  if (digest === undefined) {
    const { train, test, heldOut } = data;
    const sets = heldOut ? [train, test, heldOut] : [train, test];
    digest = checksumOfBytes(sets.flatMap(({ images, labels }) => [images, labels]));
    known.set(data, digest);
  }
  return digest;
}

/** Images in the order of their bytes, which no seed changes, and a digest of them in that order. */
export function imageOrder({ images, labels }: ImageSet): {
  readonly order: number[];
  readonly digest: string;
} {
  const bytes = (i: number) => images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
  const order = Array.from(labels.keys()).sort((a, b) => {
    const [one, two] = [bytes(a), bytes(b)];
    for (let k = 0; k < IMAGE_BYTES; k++) if (one[k] !== two[k]) return one[k] - two[k];
    return labels[a] - labels[b];
  });
  return { order, digest: checksumOfBytes(order.map(bytes)) };
}
