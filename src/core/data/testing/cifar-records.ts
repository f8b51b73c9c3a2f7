/** Made-up files in CIFAR's binary layout, for tests. */
import { createTar } from 'nanotar';

/**
 * Records whose pixel values identify them: at pixel p of record i, red = first + i, green = p / 4, blue = label. The
 * coarse label is 7.
 */
export function records(labels: readonly number[], labelBytes = 1, first = 0): Uint8Array {
  const size = labelBytes + 3072;
  const bytes = new Uint8Array(labels.length * size);
  labels.forEach((label, i) => {
    const record = bytes.subarray(i * size, (i + 1) * size);
    record[0] = 7;
    record[labelBytes - 1] = label;
    for (let p = 0; p < 1024; p++) {
      record[labelBytes + p] = first + i;
      record[labelBytes + 1024 + p] = p >> 2;
      record[labelBytes + 2048 + p] = label;
    }
  });
  return bytes;
}

/** A cifar-100-binary.tar with two training images and one test image of each fine class; always the same bytes. */
export function cifar100Tar(): Uint8Array {
  const hundred = Array.from({ length: 100 }, (_, i) => i);
  const files = {
    'cifar-100-binary/train.bin': records([...hundred, ...hundred], 2),
    'cifar-100-binary/test.bin': records(hundred, 2),
  };
  return createTar(
    Object.entries(files).map(([name, data]) => ({ name, data })),
    { attrs: { mtime: 0 } },
  );
}
