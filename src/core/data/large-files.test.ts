/** Files too large to be CIFAR's get a sentence by their size; almost nothing of them is read. */
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCifarFiles } from './archive.ts';
import { filesFromPaths } from './node-environment.ts';
import { decodePngsInNode } from './node-png.ts';
import { records } from './testing/cifar-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'large-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A sparse file: it takes no room on the disk. */
function sparse(name: string, size: number, head: string): string {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  writeSync(file, Buffer.from(head, 'latin1'));
  ftruncateSync(file, size);
  closeSync(file);
  return path;
}

/** Reads the files at these paths as data. Resolves with the outcome and the number of bytes that were read. */
async function read(paths: readonly string[]) {
  let bytes = 0;
  const counted = (await filesFromPaths(paths)).map((file) => ({
    ...file,
    stream: () =>
      file.stream().pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform: (chunk, out) => {
            bytes += chunk.length;
            out.enqueue(chunk);
          },
        }),
      ),
  }));
  const outcome = await readCifarFiles(counted, { decodePngs: decodePngsInNode }).catch(
    (e: unknown) => e as Error,
  );
  return { outcome, bytes };
}

const GB = 1e9;
const FIRST_CHUNKS = 1e6;

test.each([
  [
    'data_batch_1.bin',
    3073 * 651_000,
    '',
    /^data_batch_1\.bin has 2\.0 GB, and a file of CIFAR has at most 1 GB/,
  ],
  ['data_batch_1', 2 * GB, '\x80\x02', /^data_batch_1 has 2\.0 GB/],
  ['cifar.zip', 2 * GB, 'PK\x03\x04', /^cifar\.zip has 2\.0 GB/],
  ['c.tar.gz', 2 * GB, '\x1f\x8b\x08', /^c\.tar\.gz has 2\.0 GB/],
  ['train.parquet', 2 * GB, 'PAR1', /^train\.parquet has 2\.0 GB/],
  ['test_batch', 0.5 * GB, '\x80\x02', /^test_batch has more than 419,430,400 bytes; expected/],
  ['half.zip', 0.5 * GB, 'PK\x03\x04', /^half\.zip has more than 419,430,400 bytes; expected/],
  ['test.parquet', 0.5 * GB, 'PAR1', /^test\.parquet has more than 419,430,400 bytes; expected/],
  ['test.bin', 3073 * 160_000, '', /^test\.bin holds 160,000 images; expected at most 50,000/],
])(
  'given %s of %d bytes, when read, then one sentence says so at once',
  async (name, size, head, sentence) => {
    const { outcome, bytes } = await read([sparse(name, size, head)]);
    expect((outcome as Error).message).toMatch(sentence);
    expect(bytes).toBeLessThan(FIRST_CHUNKS);
  },
);

test('given a file of 2 GB in a folder with CIFAR, when the folder is read, then that file is passed over', async () => {
  const inner = join(folder, 'all');
  mkdirSync(inner);
  writeFileSync(join(inner, 'data_batch_1.bin'), records([1, 2]));
  writeFileSync(join(inner, 'test_batch.bin'), records([3]));
  sparse('all/a-video.bin', 2 * GB, '');
  const { outcome, bytes } = await read([inner]);
  expect(outcome).toMatchObject({
    train: { labels: Uint8Array.of(1, 2) },
    test: { labels: Uint8Array.of(3) },
  });
  expect(bytes).toBeLessThan(FIRST_CHUNKS);
});
