import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createTar } from 'nanotar';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildShards } from '../../../scripts/build-shards.ts';
import { CIFAR10 } from './cifar-binary.ts';
import { IMAGE_BYTES, type ImageSet } from './dataset.ts';
import { loadHosted, NotHostedError, SHARD_IMAGES, type ShardIndex } from './hosted.ts';
import { cifar10 } from './sources/cifar10.ts';
import { startFileServer, type FileServer } from './testing/file-server.ts';
import { sampleSet } from './testing/samples.ts';

/** The official layout: label, then red, green and blue planes. */
function binary({ images, labels }: ImageSet): Uint8Array {
  const out = new Uint8Array(labels.length * CIFAR10.recordBytes);
  labels.forEach((label, i) => {
    const at = i * CIFAR10.recordBytes;
    out[at] = label;
    for (let p = 0; p < 1024; p++) {
      for (let c = 0; c < 3; c++) out[at + 1 + c * 1024 + p] = images[i * IMAGE_BYTES + p * 3 + c];
    }
  });
  return out;
}

const train = sampleSet(SHARD_IMAGES + 40);
const test = sampleSet(60, 3);
const folder = mkdtempSync(join(tmpdir(), 'arat-shards-'));
const out = join(folder, 'out');
let server: FileServer;
let files: Record<string, Uint8Array>;

beforeAll(async () => {
  const tar = createTar([
    { name: 'cifar-10-batches-bin/data_batch_1.bin', data: binary(train) },
    { name: 'cifar-10-batches-bin/test_batch.bin', data: binary(test) },
  ]);
  writeFileSync(join(folder, 'subset.tar.gz'), gzipSync(tar, { level: 1 }));
  await buildShards({ file: join(folder, 'subset.tar.gz'), allowOtherChecksum: true, out });
  files = Object.fromEntries(
    readdirSync(out).map((name) => [`/page/data/cifar10/${name}`, readFileSync(join(out, name))]),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  server = await startFileServer(files);
});
afterEach(() => server.close());

const load = () => loadHosted(`${server.url}/page/`, { source: cifar10, fetch, stallMs: 2000 });
const edit = (change: (index: string) => string) => {
  const path = '/page/data/cifar10/index.json';
  const before = new TextDecoder().decode(files[path]);
  const after = change(before);
  expect(after).not.toBe(before);
  server.files.set(path, new TextEncoder().encode(after));
};

describe('buildShards, then loadHosted', () => {
  it('given an archive, when built and loaded, then images, labels, class names and provenance are the same', async () => {
    const data = await load();
    expect(Buffer.compare(data.train.images, train.images)).toBe(0);
    expect(data.train.labels).toEqual(train.labels);
    expect(Buffer.compare(data.test.images, test.images)).toBe(0);
    expect(data.test.labels).toEqual(test.labels);
    expect(data.classNames).toEqual(CIFAR10.classNames);
    expect(data.provenance).toBe('CIFAR-10 layout from subset.tar.gz, not the official archive');
    expect(server.requests).toHaveLength(1 + 2 + 1);
  });

  it('given an archive with another checksum, when built without allowOtherChecksum, then the error has both checksums', async () => {
    await expect(buildShards({ file: join(folder, 'subset.tar.gz'), out })).rejects.toThrow(
      /has the MD5 [0-9a-f]{32}, the official archive c32a1d4ab5d03f1284b67883e8d87530/,
    );
    await expect(buildShards({ file: join(folder, 'absent.tar.gz'), out })).rejects.toThrow('cannot be read');
  });

  it('given a folder with other files and an earlier build, when built again, then only its own shards and index change', async () => {
    const mine = join(folder, 'mine');
    mkdirSync(join(mine, 'photos'), { recursive: true });
    const others = {
      'notes.txt': 'do not lose',
      'photos/cat.jpg': 'miaow',
      'train.bin': 'not a shard',
      '.hidden': '',
    };
    for (const [name, text] of Object.entries(others)) writeFileSync(join(mine, name), text);
    const build = { file: join(folder, 'subset.tar.gz'), allowOtherChecksum: true, out: mine };
    await buildShards(build);
    // Pretend that an earlier build was of another archive with more shards.
    const index = JSON.parse(readFileSync(join(mine, 'index.json'), 'utf8')) as ShardIndex;
    index.train.shards.push({ file: 'train-02.bin', count: 1, sha256: '0'.repeat(64) });
    writeFileSync(join(mine, 'index.json'), JSON.stringify(index));
    writeFileSync(join(mine, 'train-02.bin'), 'older');
    writeFileSync(join(mine, 'train-01.bin'), 'older');
    await buildShards(build);
    for (const [name, text] of Object.entries(others))
      expect(readFileSync(join(mine, name), 'utf8')).toBe(text);
    const built = readdirSync(out);
    expect(readdirSync(mine).sort()).toEqual(
      [...built, 'notes.txt', 'photos', 'train.bin', '.hidden'].sort(),
    );
    for (const name of built)
      expect([name, readFileSync(join(mine, name)).equals(readFileSync(join(out, name)))]).toEqual([
        name,
        true,
      ]);
  });

  it.each([
    [
      'an index.json of something else',
      'index.json',
      '{"pages": 3}',
      /index\.json is not an index of shards and is left/,
    ],
    [
      'a file of the name of a shard',
      'train-01.bin',
      'precious',
      /train-01\.bin is not a shard of an earlier build and is left/,
    ],
  ])(
    'given a folder with %s, when built, then it is refused and the folder is unchanged',
    async (_, name, text, message) => {
      const theirs = mkdtempSync(join(folder, 'theirs-'));
      writeFileSync(join(theirs, name), text);
      const building = buildShards({
        file: join(folder, 'subset.tar.gz'),
        allowOtherChecksum: true,
        out: theirs,
      });
      await expect(building).rejects.toThrow(message);
      expect(readdirSync(theirs)).toEqual([name]);
      expect(readFileSync(join(theirs, name), 'utf8')).toBe(text);
    },
  );

  it('given --out that is a file or inside one, when built, then the error says so before the archive is read', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, 'x');
    const absent = join(folder, 'absent.tar.gz');
    await expect(buildShards({ file: absent, out: file })).rejects.toThrow(
      /--out: .*a-file is a file; expected a folder/,
    );
    await expect(buildShards({ file: absent, out: join(file, 'in') })).rejects.toThrow(
      /--out: .* cannot be written/,
    );
  });

  it('given onProgress, when loaded, then the bytes rise to the total', async () => {
    const seen: number[] = [];
    await loadHosted(`${server.url}/page/`, {
      source: cifar10,
      fetch,
      onProgress: (p) => seen.push(p.loadedBytes / p.totalBytes!),
    });
    expect(seen.at(-1)).toBe(1);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });

  it.each([
    ['no index', () => server.files.clear()],
    [
      'a server that answers with the page',
      () => server.files.set('/page/data/cifar10/index.json', new TextEncoder().encode('<!doctype html>')),
    ],
  ])('given %s, when loaded, then it throws NotHostedError', async (_, spoil) => {
    spoil();
    await expect(load()).rejects.toBeInstanceOf(NotHostedError);
  });

  it.each([
    [
      'a missing shard',
      () => server.files.delete('/page/data/cifar10/train-01.bin'),
      /answered 404 for train-01\.bin/,
    ],
    [
      'a short shard',
      () =>
        server.files.set(
          '/page/data/cifar10/test-00.bin',
          files['/page/data/cifar10/test-00.bin'].slice(0, -1),
        ),
      /^test-00\.bin has 184,379 bytes; expected 184,380/,
    ],
    [
      'a long shard',
      () => server.files.set('/page/data/cifar10/test-00.bin', files['/page/data/cifar10/train-00.bin']),
      /^test-00\.bin is larger/,
    ],
    [
      'a changed byte',
      () =>
        server.files.set(
          '/page/data/cifar10/test-00.bin',
          files['/page/data/cifar10/test-00.bin'].map((b, i) => (i === 5000 ? b ^ 1 : b)),
        ),
      /^test-00\.bin is damaged: its SHA-256/,
    ],
    ['a cut transfer', () => (server.faults = { cutAfter: 100_000 }), /train-00\.bin/],
    [
      'another version',
      () => edit((index) => index.replace('"version": 1', '"version": 2')),
      /^index\.json .* not valid: version/,
    ],
    [
      'a shard elsewhere',
      () => edit((index) => index.replace('train-00.bin', '../../secret.bin')),
      /^index\.json .* not valid: train\.shards\.0\.file/,
    ],
    [
      'counts that differ',
      () => edit((index) => index.replace('"count": 40', '"count": 41')),
      /train shards hold 5,041 images; expected 5,040/,
    ],
    [
      'a server error',
      () => (server.faults = { fail: { end: 'index.json', status: 500, times: 1 } }),
      /answered 500 for index\.json/,
    ],
  ])('given %s, when loaded, then the error says so and names the file', async (_, spoil, message) => {
    spoil();
    const error = await load().catch((e: unknown) => e as Error);
    expect((error as Error).message).toMatch(message);
    expect(error).not.toBeInstanceOf(NotHostedError);
    expect((error as Error).name).toBe('DataError');
  });
});
