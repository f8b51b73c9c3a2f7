import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exampleImages } from './example-images.ts';

it('given the embedded test images, then the committed images of the first screen are the first two of each class', () => {
  const shard = readFileSync('public/data/embedded/test-00.bin');
  const bytes = exampleImages(shard, 800, 4);
  expect(Buffer.compare(bytes, readFileSync('public/recorded/examples.bin'))).toBe(0);
  expect(Array.from({ length: 8 }, (_, k) => bytes[k * 3073])).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  const first = [...shard.subarray(0, 800)].indexOf(2);
  expect(bytes.subarray(4 * 3073 + 1, 5 * 3073)).toEqual(
    new Uint8Array(shard.subarray(800 + first * 3072, 800 + (first + 1) * 3072)),
  );
});
