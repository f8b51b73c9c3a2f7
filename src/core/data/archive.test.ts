import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createTar } from 'nanotar';
import { describe, expect, it } from 'vitest';
import { fileFromBytes, readCifarFiles } from './archive.ts';
import { CIFAR10_CLASSES } from './class-names.ts';
import { DataError } from './data-error.ts';
import { records } from './testing/cifar-records.ts';

const SUBSET = join(process.env.ARAT_SHARED ?? '../shared', 'data/cifar-10-subset-binary.tar.gz');

const tar = (entries: Record<string, Uint8Array | string>) =>
  createTar(
    Object.entries(entries).map(([name, data]) => ({ name, data })),
    { attrs: { mtime: 0 } },
  );

const good = {
  'cifar-10-batches-bin/data_batch_2.bin': records([3, 4], 1, 100),
  'cifar-10-batches-bin/data_batch_1.bin': records([0, 9, 5]),
  'cifar-10-batches-bin/test_batch.bin': records([1, 2]),
};
const archive = (bytes: Uint8Array, name = 'cifar-10-binary.tar.gz') => [fileFromBytes(name, bytes)];
const bin = (name: string, bytes: Uint8Array) => fileFromBytes(name, bytes);

describe('readCifarFiles, good files', () => {
  it('given a .tar.gz, when read, then images are channel-last, in the order of the file names', async () => {
    const data = await readCifarFiles(archive(gzipSync(tar(good))));
    expect([...data.train.labels]).toEqual([0, 9, 5, 3, 4]);
    expect([...data.test.labels]).toEqual([1, 2]);
    expect(data.train.images.length).toBe(5 * 3072);
    // image 1 (label 9), pixel 800: red 1, green 200, blue 9
    expect([...data.train.images.subarray(3072 + 2400, 3072 + 2403)]).toEqual([1, 200, 9]);
    // image 3 is the first of data_batch_2
    expect([...data.train.images.subarray(3 * 3072, 3 * 3072 + 3)]).toEqual([100, 0, 3]);
    expect(data.classNames).toEqual(CIFAR10_CLASSES);
    expect(data.provenance).toContain('cifar-10-binary.tar.gz');
  });

  it('given an uncompressed tar or loose .bin files in any order, when read, then they give the same data', async () => {
    const expected = await readCifarFiles(archive(gzipSync(tar(good))));
    const plain = await readCifarFiles(archive(tar(good), 'subset.tar'));
    const loose = await readCifarFiles(
      Object.entries(good)
        .reverse()
        .map(([name, bytes]) => bin(name.split('/')[1], bytes)),
    );
    expect(plain.train).toEqual(expected.train);
    expect(loose.train).toEqual(expected.train);
    expect(loose.test).toEqual(expected.test);
  });

  it('given class names in the archive, when read, then they are used unless they hold markup', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `kind ${i}`);
    const meta = 'cifar-10-batches-bin/batches.meta.txt';
    const named = await readCifarFiles(
      archive(gzipSync(tar({ [meta]: `${names.join('\n')}\n\n`, ...good }))),
    );
    expect(named.classNames).toEqual(names);
    const markup = await readCifarFiles(
      archive(gzipSync(tar({ [meta]: names.map((n) => `<b>${n}</b>`).join('\n'), ...good }))),
    );
    expect(markup.classNames).toEqual(CIFAR10_CLASSES);
  });

  it('given CIFAR-100, when read, then the fine label is used; when CIFAR-10 is expected, then it is refused', async () => {
    const files = [bin('train.bin', records([99, 0], 2)), bin('test.bin', records([42], 2))];
    const data = await readCifarFiles(files);
    expect([...data.train.labels]).toEqual([99, 0]);
    expect(data.classNames).toHaveLength(100);
    expect([...data.test.images.subarray(0, 6)]).toEqual([0, 0, 42, 0, 0, 42]);
    await expect(readCifarFiles(files, { expected: 'CIFAR-10' })).rejects.toThrow(
      'train.bin is CIFAR-100; expected CIFAR-10.',
    );
  });

  it('given attribute files of macOS and other files, when read, then they are skipped', async () => {
    const data = await readCifarFiles(
      archive(gzipSync(tar({ 'a/._data_batch_1.bin': 'attributes', 'a/readme.html': 'x', ...good }))),
    );
    expect(data.train.labels).toHaveLength(5);
  });

  it('given onProgress, when read, then the bytes rise to the size of the file', async () => {
    const bytes = gzipSync(tar(good));
    const seen: number[] = [];
    await readCifarFiles(archive(bytes), { onProgress: (p) => seen.push(p.loadedBytes / p.totalBytes!) });
    expect(seen.at(-1)).toBe(1);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });

  it('given an aborted signal, when read, then its reason is thrown', async () => {
    const controller = new AbortController();
    const reading = readCifarFiles(archive(gzipSync(tar(good))), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('stopped by the visitor')),
    });
    await expect(reading).rejects.toThrow('stopped by the visitor');
  });

  it.skipIf(!existsSync(SUBSET))(
    'given the real subset (skipped when ../shared is absent), when read, then it has 10,000 and 2,000 balanced images',
    async () => {
      const data = await readCifarFiles(archive(readFileSync(SUBSET), 'cifar-10-subset-binary.tar.gz'));
      expect(data.train.labels).toHaveLength(10_000);
      expect(data.test.labels).toHaveLength(2_000);
      for (let c = 0; c < 10; c++) {
        expect(data.train.labels.filter((label) => label === c)).toHaveLength(1000);
        expect(data.test.labels.filter((label) => label === c)).toHaveLength(200);
      }
      // One pixel compared with the raw bytes of the archive.
      const raw = gunzipSync(readFileSync(SUBSET));
      const at = raw.indexOf('data_batch_1.bin') - 'cifar-10-batches-bin/'.length + 512;
      const record = raw.subarray(at + 17 * 3073, at + 18 * 3073);
      expect(data.train.labels[17]).toBe(record[0]);
      expect([...data.train.images.subarray(17 * 3072 + 300, 17 * 3072 + 303)]).toEqual([
        record[101],
        record[1125],
        record[2149],
      ]);
    },
  );
});

describe('readCifarFiles, bad files', () => {
  const full = gzipSync(tar(good));
  const noise = gzipSync(
    tar({ 'x/data_batch_1.bin': pseudoRandom(3073 * 40), 'x/test_batch.bin': records([1]) }),
  );
  const cases: [string, ReturnType<typeof archive>, RegExp][] = [
    ['no file', [], /No file was given; expected cifar-10-binary/],
    ['an empty archive', archive(new Uint8Array()), /^cifar-10-binary\.tar\.gz is empty; expected/],
    ['an empty .bin', [bin('data_batch_1.bin', new Uint8Array())], /^data_batch_1\.bin is empty; expected/],
    [
      'a truncated .tar.gz',
      archive(noise.subarray(0, 60_000)),
      /^cifar-10-binary\.tar\.gz .*(damaged|cut off)/,
    ],
    ['a corrupt .tar.gz', archive(flipped(noise, 50_000)), /^cifar-10-binary\.tar\.gz .*damaged/],
    [
      'a truncated tar',
      archive(tar(good).subarray(0, 5000), 'a.tar'),
      /^a\.tar is damaged or cut off \(.*truncated/,
    ],
    [
      'a truncated .bin',
      [bin('data_batch_1.bin', records([1, 2]).subarray(0, 5000))],
      /^data_batch_1\.bin has 5,000 bytes, which is no multiple of the 3,073/,
    ],
    [
      'a label out of range',
      [bin('data_batch_1.bin', records([1, 10]))],
      /^data_batch_1\.bin: image 2 has label 10; expected 0 to 9/,
    ],
    [
      'not gzip',
      archive(new TextEncoder().encode('<!doctype html>')),
      /^cifar-10-binary\.tar\.gz is not gzip/,
    ],
    ['gzip without a tar', archive(gzipSync('hello')), /is gzip, but holds no file of CIFAR; expected/],
    [
      'the beginning of a zip',
      [bin('cifar.zip', new Uint8Array([0x50, 0x4b, 3, 4]))],
      /^cifar\.zip is damaged or cut off .*; expected/,
    ],
    ['a picture', [bin('cat.png', new Uint8Array([0x89, 0x50]))], /^cat\.png is no file of CIFAR; expected/],
    [
      'the beginning of a pickle',
      [bin('data_batch_1', new Uint8Array([0x80, 2, 0x7d]))],
      /^data_batch_1 is damaged or cut off/,
    ],
    [
      'an archive of something else',
      archive(gzipSync(tar({ 'a.txt': 'x' }))),
      /holds no images of CIFAR \(it holds a\.txt\); expected/,
    ],
    [
      'no test images',
      [bin('data_batch_1.bin', records([1]))],
      /holds no test images; expected test_batch\.bin/,
    ],
    [
      'no training images',
      [bin('test_batch.bin', records([1]))],
      /holds no training images; expected data_batch_1/,
    ],
    [
      'a file twice',
      [bin('test_batch.bin', records([1])), bin('test_batch.bin', records([2]))],
      /^test_batch\.bin was given twice, with different images/,
    ],
    [
      'two sets',
      [bin('train.bin', records([1], 2)), bin('test_batch.bin', records([1]))],
      /^test_batch\.bin is CIFAR-10 and train\.bin is CIFAR-100/,
    ],
  ];
  it.each(cases)(
    'given %s, when read, then a DataError of one sentence says so',
    async (_, files, message) => {
      const error = await readCifarFiles(files).then(
        () => null,
        (e: unknown) => e as Error,
      );
      expect(error?.message).toMatch(message);
      expect(error).toBeInstanceOf(DataError);
      expect(error?.message).not.toContain('\n');
      expect(error!.message.length).toBeLessThan(400);
    },
  );

  it('given any prefix of a good archive, when read, then it throws a DataError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: full.length - 9 }), async (length) => {
        await expect(readCifarFiles(archive(full.subarray(0, length)))).rejects.toBeInstanceOf(DataError);
      }),
      { numRuns: 60 },
    );
  });

  it('given any bytes, plain or gzipped, or a damaged tar under any name, when read, then they give valid data or a DataError', async () => {
    const name = fc.constantFrom(
      'cifar-10-binary.tar.gz',
      'data_batch_1.bin',
      'test.bin',
      'x.tar',
      'x',
      'y.txt',
    );
    const damaged = fc
      .array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 })
      .map((edits) => {
        const bytes = tar(good).slice();
        // Half of the edits are in the first header.
        for (const [at, value] of edits) bytes[at % 2 ? at % 512 : at % bytes.length] = value;
        return bytes;
      });
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 4000 }), damaged);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, bytes, fc.boolean()), { maxLength: 3 }), async (given) => {
        const files = given.map(([n, b, zip]) => fileFromBytes(n, zip ? gzipSync(b) : b));
        try {
          const data = await readCifarFiles(files);
          expect(data.train.images.length).toBe(data.train.labels.length * 3072);
          expect(data.train.labels.every((label) => label < data.classNames.length)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 200 },
    );
  });
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] ^= 0xff;
  return copy;
}

/** Incompressible bytes, with label 0 in each record. */
function pseudoRandom(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return i % 3073 === 0 ? 0 : state >>> 24;
  });
}
