import { createTarGzip } from 'nanotar';
import { describe, expect, it } from 'vitest';
import { readCifarFiles } from './archive.ts';
import { DataError } from './data-error.ts';

const records = (n: number) => {
  const bytes = crypto.getRandomValues(new Uint8Array(n * 3073));
  for (let i = 0; i < n; i++) bytes[i * 3073] = i % 10;
  return bytes;
};

describe('readCifarFiles, with the streams of a browser', () => {
  it('given a File, when read, then it gives its images; given it truncated or changed, then it is refused', async () => {
    const train = records(20);
    const whole = await createTarGzip([
      { name: 'cifar-10-batches-bin/data_batch_1.bin', data: train },
      { name: 'cifar-10-batches-bin/test_batch.bin', data: records(10) },
    ]);
    const read = (bytes: Uint8Array) =>
      readCifarFiles([new File([bytes as Uint8Array<ArrayBuffer>], 'cifar-10-binary.tar.gz')]);
    const data = await read(whole);
    expect([...data.train.labels]).toEqual(Array.from({ length: 20 }, (_, i) => i % 10));
    expect(data.train.images[3]).toBe(train[2]);
    for (let k = 0; k < 40; k++) {
      const at = Math.floor((k / 40) * (whole.length - 9));
      await expect(read(whole.subarray(0, at))).rejects.toBeInstanceOf(DataError);
      const changed = whole.slice();
      // After the gzip header, since its time and flags may change without damage.
      changed[12 + at] ^= 0x10;
      await expect(read(changed)).rejects.toBeInstanceOf(DataError);
    }
  });
});
