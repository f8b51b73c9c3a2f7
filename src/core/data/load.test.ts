import { gzipSync } from 'node:zlib';
import { createTar } from 'nanotar';
import { describe, expect, it } from 'vitest';
import { fileFromBytes } from './archive.ts';
import { datasetCache } from './cache.ts';
import { CIFAR10_CLASSES } from './class-names.ts';
import type { Dataset } from './dataset.ts';
import { loadDataset, type LoadEnvironment } from './load.ts';
import { decodePngsInNode } from './node-png.ts';
import { memoryDirectory } from './testing/memory-directory.ts';
import { parquetOf, sampleDataset, sampleSet } from './testing/samples.ts';

const PAGE = 'https://page.example/arat/';
const FACE = 'https://face.example/cifar10';
const records = (n: number) =>
  Uint8Array.from({ length: n * 3073 }, (_, i) => (i % 3073 === 0 ? 3 : i & 255));
const dropped = () => [
  fileFromBytes('data_batch_1.bin', records(3)),
  fileFromBytes('test_batch.bin', records(2)),
];

/** A `LoadEnvironment` that records every request. `files` by address; null is a lost connection. */
function surroundings(files: Record<string, Uint8Array | null>, room = Infinity) {
  const asked: string[] = [];
  const directory = memoryDirectory(room);
  const environment: LoadEnvironment = {
    fetch: async (input) => {
      const url = String(input);
      asked.push(url);
      const file = files[url];
      if (file === null) throw new TypeError('Failed to fetch');
      // Status 200 also to range requests: the parquet source then downloads the file whole.
      return new Response((file ?? 'no') as BodyInit, { status: file ? 200 : 404 });
    },
    cache: datasetCache(async () => directory),
    decodePngs: decodePngsInNode,
    officialArchive: null,
    huggingFaceUrl: FACE,
  };
  const notes: string[] = [];
  return { asked, directory, environment, notes, onNote: (note: string) => notes.push(note) };
}

async function hosted(dataset: Dataset): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  const split = async (name: 'train' | 'test') => {
    const { labels, images } = dataset[name];
    const bytes = new Uint8Array([...labels, ...images]);
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    files[`${PAGE}data/cifar10/${name}-00.bin`] = bytes;
    return {
      count: labels.length,
      shards: [{ file: `${name}-00.bin`, count: labels.length, sha256: Buffer.from(digest).toString('hex') }],
    };
  };
  const { classNames, provenance } = dataset;
  const head = { format: 'arat-image-shards', version: 1, classNames, provenance };
  const index = { ...head, train: await split('train'), test: await split('test') };
  files[`${PAGE}data/cifar10/index.json`] = new TextEncoder().encode(JSON.stringify(index));
  return files;
}

const face = {
  [`${FACE}/train-00000-of-00001.parquet`]: parquetOf(sampleSet(4), 100),
  [`${FACE}/test-00000-of-00001.parquet`]: parquetOf(sampleSet(2), 100),
};

describe('loadDataset, cifar10', () => {
  it('given shards beside the page, when loaded twice, then they are read from there, then from the cache', async () => {
    const at = surroundings({ ...(await hosted(sampleDataset(5, 2))), ...face });
    const options = { ...at, baseUrl: PAGE };
    const first = await loadDataset('cifar10', options);
    expect(first).toEqual(sampleDataset(5, 2));
    expect(at.asked.every((url) => url.startsWith(PAGE))).toBe(true);
    const requests = at.asked.length;
    expect(await loadDataset('cifar10', options)).toEqual(first);
    expect(at.asked).toHaveLength(requests);
    expect(at.notes).toEqual([]);
  });

  it('given nothing beside the page, when loaded, then Hugging Face is asked, and a note says so', async () => {
    const at = surroundings(face);
    const data = await loadDataset('cifar10', { ...at, baseUrl: PAGE });
    expect(data.train).toEqual(sampleSet(4));
    expect(data.classNames).toEqual(CIFAR10_CLASSES);
    expect(at.asked[0]).toBe(`${PAGE}data/cifar10/index.json`);
    expect(at.notes).toEqual(['No CIFAR-10 is hosted beside this page; trying Hugging Face.']);
  });

  it('given a damaged shard, when loaded, then Hugging Face is asked, and a note names the shard', async () => {
    const files = await hosted(sampleDataset(5, 2));
    files[`${PAGE}data/cifar10/train-00.bin`][100] ^= 1;
    const at = surroundings({ ...files, ...face });
    const data = await loadDataset('cifar10', { ...at, baseUrl: PAGE });
    expect(data.provenance).toContain('Hugging Face');
    expect(at.notes.join()).toMatch(/train-00\.bin is damaged/);
  });

  it('given damaged data in the cache, when loaded, then it is downloaded again', async () => {
    const at = surroundings(face);
    await loadDataset('cifar10', at);
    at.directory.files.get('cifar10.bin')![50] ^= 1;
    const requests = at.asked.length;
    expect((await loadDataset('cifar10', at)).train).toEqual(sampleSet(4));
    expect(at.asked.length).toBeGreaterThan(requests);
  });

  it('given no room in the cache, when loaded, then the data is there, and a note says that it is not kept', async () => {
    const at = surroundings(face, 1000);
    expect((await loadDataset('cifar10', at)).train.labels).toHaveLength(4);
    expect(at.notes.join()).toMatch(/could not be kept .*no room/);
  });

  it('given no source that works, when loaded, then the error has every reason and says which file to give instead', async () => {
    const at = surroundings({ [`${FACE}/train-00000-of-00001.parquet`]: null });
    await expect(loadDataset('cifar10', { ...at, baseUrl: PAGE })).rejects.toThrow(
      /^CIFAR-10 could not be loaded \(no CIFAR-10 is hosted .*; face\.example could not be reached .*\): download cifar-10-binary\.tar\.gz/,
    );
    const bare = { ...at.environment, decodePngs: null };
    await expect(loadDataset('cifar10', { environment: bare })).rejects.toThrow('no source can be read here');
  });

  it('given the official archive (Node), when nothing is hosted, then it is read and kept', async () => {
    const at = surroundings({});
    const tar = createTar([
      { name: 'cifar-10-batches-bin/data_batch_1.bin', data: records(3) },
      { name: 'cifar-10-batches-bin/test_batch.bin', data: records(2) },
    ]);
    const officialArchive = async () => fileFromBytes('cifar-10-binary.tar.gz', gzipSync(tar));
    const environment = { ...at.environment, decodePngs: null, officialArchive };
    const data = await loadDataset('cifar10', { environment, baseUrl: PAGE });
    expect([data.train.labels.length, data.test.labels.length]).toEqual([3, 2]);
    const offline = { ...environment, officialArchive: null };
    expect(await loadDataset('cifar10', { environment: offline })).toEqual(data);
  });

  it('given an official archive without test images, when loaded, then the error says so', async () => {
    const environment = {
      ...surroundings({}).environment,
      decodePngs: null,
      officialArchive: async () => dropped()[0],
    };
    await expect(loadDataset('cifar10', { environment, baseUrl: PAGE })).rejects.toThrow(
      /data_batch_1\.bin holds no test images/,
    );
  });

  it('given an abort, when loading, then its reason is thrown and no other source is asked', async () => {
    const controller = new AbortController();
    const at = surroundings({ ...(await hosted(sampleDataset(5, 2))), ...face });
    const loading = loadDataset('cifar10', {
      ...at,
      baseUrl: PAGE,
      signal: controller.signal,
      onProgress: (p) => p.loadedBytes > 0 && controller.abort(new Error('stopped by the visitor')),
    });
    await expect(loading).rejects.toThrow('stopped by the visitor');
    expect(at.asked.some((url) => url.startsWith(FACE))).toBe(false);
    expect(at.directory.files.size).toBe(0);
  });
});

describe('loadDataset, archive and synthetic', () => {
  it('given dropped files, when loaded, then they are kept, and the next load needs none', async () => {
    const at = surroundings({});
    const data = await loadDataset('archive', { ...at, files: dropped() });
    expect(data.train.labels).toEqual(new Uint8Array([3, 3, 3]));
    expect(await loadDataset('archive', at)).toEqual(data);
    expect(at.asked).toEqual([]);
  });

  it('given a bad file, when loaded after a good one, then the good one stays in the cache', async () => {
    const at = surroundings({});
    const data = await loadDataset('archive', { ...at, files: dropped() });
    await expect(
      loadDataset('archive', { ...at, files: [fileFromBytes('bad.bin', new Uint8Array(9))] }),
    ).rejects.toThrow(/^bad\.bin has 9 bytes/);
    expect(await loadDataset('archive', at)).toEqual(data);
  });

  it('given neither files nor a cache entry, when loaded, then the error asks for a file', async () => {
    await expect(loadDataset('archive', surroundings({}))).rejects.toThrow(
      /files that are not here: drop them on this page, e\.g\. cifar-10-binary\.tar\.gz/,
    );
  });

  it('given no cache, when an archive is loaded, then the data is there', async () => {
    const data = await loadDataset('archive', { files: dropped() });
    expect(data.test.labels).toHaveLength(2);
  });

  it('given synthetic, when loaded, then it is generated by seed and sizes without a request', async () => {
    const at = surroundings({});
    const options = { ...at, trainSize: 20, testSize: 10 };
    const data = await loadDataset('synthetic', options);
    expect([data.train.labels.length, data.test.labels.length]).toEqual([20, 10]);
    expect(await loadDataset('synthetic', options)).toEqual(data);
    expect(await loadDataset('synthetic', { ...options, seed: 1 })).not.toEqual(data);
    expect(at.asked).toEqual([]);
  });
});
