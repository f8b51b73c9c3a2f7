import { checksumOfBytes } from './checksum.ts';
import type { Dataset } from './dataset.ts';

const known = new WeakMap<Dataset, string>();

/**
 * CRC-32 of all images and labels, since two data sets of the same name and size may differ. Computed once for each
 * `Dataset` object.
 */
export function contentOf(data: Dataset): string {
  let digest = known.get(data);
  if (digest === undefined) {
    const { train, test } = data;
    digest = checksumOfBytes([train.images, train.labels, test.images, test.labels]);
    known.set(data, digest);
  }
  return digest;
}
