import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createTar } from 'nanotar';
import { describe } from 'vitest';
import { damaged, fuzz } from '../testing/fuzz.ts';
import { fileFromBytes, readCifarFiles } from './archive.ts';
import { CIFAR10 } from './cifar-binary.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type Dataset } from './dataset.ts';
import { loadHosted, SHARDS_FORMAT, SHARDS_VERSION } from './hosted.ts';
import { loadHuggingFace } from './huggingface.ts';
import { cifar10 } from './sources/cifar10.ts';
import { records } from './testing/cifar-records.ts';
import { decodePngsInNode } from './node-png.ts';
import { parquetOf, sampleSet } from './testing/samples.ts';

const BIN = { train: records([3, 1, 4, 1, 5]), test: records([9, 2]) };
const TAR = createTar(
  [
    {
      name: 'cifar-10-batches-bin/batches.meta.txt',
      data: new TextEncoder().encode(CIFAR10.classNames.join('\n')),
    },
    { name: 'cifar-10-batches-bin/data_batch_1.bin', data: BIN.train },
    { name: 'cifar-10-batches-bin/test_batch.bin', data: BIN.test },
  ],
  { attrs: { mtime: 0 } },
);
const GZIP = new Uint8Array(gzipSync(TAR));

/**
 * `refused` if loading throws a DataError of one line; any other error is a fault. With `whole`, the data must equal it
 * (`unchanged`); without, its sizes and labels must be valid (`read`).
 */
async function outcome(load: () => Promise<Dataset>, whole: Dataset | null): Promise<string> {
  let data: Dataset;
  try {
    data = await load();
  } catch (error) {
    if (!(error instanceof DataError) || /\n/.test(error.message) || error.message.length > 1000) throw error;
    return 'refused';
  }
  for (const { images, labels } of [data.train, data.test]) {
    if (labels.length === 0 || images.length !== labels.length * IMAGE_BYTES)
      throw new Error(`${labels.length} labels came with ${images.length} bytes of images`);
    if (labels.some((label) => label >= data.classNames.length))
      throw new Error('a label is outside the classes');
  }
  if (!whole) return 'read';
  const same = (['train', 'test'] as const).every(
    (split) =>
      Buffer.compare(data[split].images, whole[split].images) === 0 &&
      Buffer.compare(data[split].labels, whole[split].labels) === 0,
  );
  if (!same) throw new Error('the images or labels differ from those packed, and no error was thrown');
  return 'unchanged';
}

/** testing/make_forms.py makes these. */
const form = (name: string) =>
  new Uint8Array(readFileSync(new URL(`testing/forms/${name}`, import.meta.url)));

const readArchive = (name: string) => (bytes: Uint8Array) => () =>
  readCifarFiles([fileFromBytes(name, bytes)]);

describe('archives', async () => {
  const whole = await readCifarFiles([fileFromBytes('cifar.tar.gz', GZIP)]);

  // Gzip has a checksum, so that damage is always found.
  fuzz(
    'given a damaged .tar.gz, when read, then it is refused in one line or gives the original data',
    damaged(GZIP),
    (bytes) => outcome(readArchive('cifar-10-binary.tar.gz')(bytes), whole),
    { short: 200, reaches: ['refused'] },
  );

  // Only the contents in a zip have checksums: a damaged name may hide a file.
  fuzz(
    'given a damaged .zip, when read, then it is refused in one line or gives valid sizes and labels',
    damaged(form('cifar-10-binary.zip')),
    (bytes) => outcome(readArchive('cifar-10-binary.zip')(bytes), null),
    { short: 200, reaches: ['refused'] },
  );

  fuzz(
    'given damaged pickled batches, when read, then they are refused in one line or give valid sizes and labels',
    damaged(new Uint8Array(gunzipSync(form('cifar-10-python.tar.gz')))),
    (bytes) => outcome(readArchive('cifar-10-python.tar')(bytes), null),
    { short: 200, reaches: ['refused', 'read'] },
  );

  // Tar and .bin have no checksum of their content: only labels and sizes can be checked.
  fuzz(
    'given a damaged .tar, when read, then it is refused in one line or gives valid sizes and labels',
    damaged(TAR),
    (bytes) => outcome(readArchive('cifar-10-binary.tar')(bytes), null),
    { short: 200, reaches: ['refused', 'read'] },
  );

  fuzz(
    'given damaged .bin files, when read, then they are refused in one line or give valid sizes and labels',
    fc.tuple(damaged(BIN.train), damaged(BIN.test)),
    ([train, test]) =>
      outcome(
        () =>
          readCifarFiles([fileFromBytes('data_batch_1.bin', train), fileFromBytes('test_batch.bin', test)]),
        null,
      ),
    { short: 200, reaches: ['refused', 'read'] },
  );

  fuzz(
    'given any bytes under any name, when read, then they are refused in one line',
    fc.tuple(
      fc.constantFrom('a.tar.gz', 'a.tar', 'a.bin', 'batches.meta.txt', 'a'),
      fc.oneof(
        fc.uint8Array({ maxLength: 2000 }),
        fc.uint8Array({ maxLength: 2000 }).map((b) => new Uint8Array(gzipSync(b))),
      ),
    ),
    ([name, bytes]) => outcome(readArchive(name)(bytes), null),
    { short: 200, reaches: ['refused'] },
  );
});

describe('downloads', () => {
  const [train, test] = [sampleSet(12), sampleSet(4, 3)];
  const files = { train: parquetOf(train, 6), test: parquetOf(test, 4) };
  const serve = (body: (path: string) => Uint8Array | null): typeof fetch => {
    return async (input) => {
      const bytes = body(String(input));
      return new Response(bytes as Uint8Array<ArrayBuffer> | null, { status: bytes ? 200 : 404 });
    };
  };

  fuzz(
    'given a damaged parquet file, when loaded, then it is refused in one line or gives valid sizes and labels',
    damaged(files.train),
    (bytes) =>
      outcome(
        () =>
          loadHuggingFace({
            source: cifar10,
            fetch: serve((path) => (path.includes('train') ? bytes : files.test)),
            decodePngs: decodePngsInNode,
            baseUrl: 'http://host',
            retryMs: [],
          }),
        null,
      ),
    { short: 200, reaches: ['refused', 'read'] },
  );

  const shard = (set: typeof train) => Uint8Array.from([...set.labels, ...set.images]);
  const digest = async (bytes: Uint8Array<ArrayBuffer>) =>
    Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');

  fuzz(
    'given damaged shards, when loaded, then they are refused in one line or give the original data',
    fc.oneof(
      damaged(shard(train)).map((bytes) => ({ train: bytes, test: shard(test) })),
      damaged(shard(test)).map((bytes) => ({ train: shard(train), test: bytes })),
    ),
    async (sent) => {
      const split = async (name: string, set: typeof train) => ({
        count: set.labels.length,
        shards: [{ file: `${name}-00.bin`, count: set.labels.length, sha256: await digest(shard(set)) }],
      });
      const about = {
        format: SHARDS_FORMAT,
        version: SHARDS_VERSION,
        classNames: [...CIFAR10.classNames],
        provenance: 'p',
      };
      const index = { ...about, train: await split('train', train), test: await split('test', test) };
      const json = new TextEncoder().encode(JSON.stringify(index));
      const fetched = serve((path) =>
        path.endsWith('json') ? json : path.includes('train') ? sent.train : sent.test,
      );
      const whole = { train, test, classNames: CIFAR10.classNames, provenance: 'p' };
      return outcome(
        () => loadHosted('http://host/', { source: cifar10, fetch: fetched, retryMs: [] }),
        whole,
      );
    },
    { short: 200, reaches: ['refused'] },
  );
});
