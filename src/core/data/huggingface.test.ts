import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadHuggingFace, type HuggingFaceOptions } from './huggingface.ts';
import { cifar10 } from './sources/cifar10.ts';
import { startFileServer, type FileServer } from './testing/file-server.ts';
import { decodePngsInNode } from './node-png.ts';
import { parquetOf, sampleSet } from './testing/samples.ts';

const TRAIN = '/train-00000-of-00001.parquet';
const TEST = '/test-00000-of-00001.parquet';
const BLOCK = 200_000;
const train = sampleSet(250);
const test = sampleSet(30, 3);
const trainFile = parquetOf(train, 100);
const testFile = parquetOf(test, 100);

// As at Hugging Face, one origin redirects to the files on another.
let store: FileServer;
let front: FileServer;
beforeEach(async () => {
  store = await startFileServer({ [TRAIN]: trainFile, [TEST]: testFile });
  front = await startFileServer({}, store.url);
});
afterEach(() => Promise.all([store.close(), front.close()]));

const load = (options: Partial<HuggingFaceOptions> = {}) =>
  loadHuggingFace({
    source: cifar10,
    fetch,
    baseUrl: front.url,
    decodePngs: decodePngsInNode,
    retryMs: [1, 1],
    blockBytes: BLOCK,
    ...options,
  });

const ranges = () => store.requests.filter((request) => request.includes('bytes='));

async function expectData(): Promise<void> {
  const data = await load();
  expect(Buffer.compare(data.train.images, train.images)).toBe(0);
  expect(data.train.labels).toEqual(train.labels);
  expect(Buffer.compare(data.test.images, test.images)).toBe(0);
  expect(data.test.labels).toEqual(test.labels);
}

describe('loadHuggingFace', () => {
  it('given a host with ranges behind a redirect, when loaded, then it sends few GETs of the safelisted form', async () => {
    await expectData();
    expect([...store.methods, ...front.methods]).toEqual(['GET', 'GET']);
    expect(store.requests).toEqual(ranges());
    expect(ranges().every((request) => / bytes=\d+-\d+$/.test(request))).toBe(true);
    const blocks = Math.ceil(trainFile.length / BLOCK) + Math.ceil(testFile.length / BLOCK);
    // One probe per file, and each block once.
    expect(ranges()).toHaveLength(blocks + 2);
    expect(blocks).toBeGreaterThan(4);
  });

  it.each([
    ['ignores ranges', { ignoreRanges: true }],
    ['drops the connection on ranges', { dropRanges: true }],
    ['hides Content-Range', { hideContentRange: true }],
  ])('given a host that %s, when loaded, then each file is downloaded whole', async (_, faults) => {
    store.faults = faults;
    await expectData();
    expect(store.requests.filter((request) => request.endsWith(' all'))).toEqual([
      `${TRAIN} all`,
      `${TEST} all`,
    ]);
  });

  it('given a server that answers 503 twice, when loaded, then it is asked again', async () => {
    let seen = 0;
    const flaky: typeof fetch = (input, init) => {
      if (++seen === 2) store.faults = { fail: { end: TRAIN, status: 503, times: 2 } };
      return fetch(input, init);
    };
    const data = await load({ fetch: flaky });
    expect(data.train.labels).toEqual(train.labels);
  });

  it('given onProgress, when loaded, then the bytes rise to the size of each file', async () => {
    for (const faults of [{}, { ignoreRanges: true }]) {
      store.faults = faults;
      const seen = new Map<string, number[]>();
      await load({
        onProgress: ({ phase, loadedBytes, totalBytes }) =>
          seen.set(phase, [...(seen.get(phase) ?? []), loadedBytes / totalBytes!]),
      });
      expect([...seen.keys()].map((phase) => /training|test/.exec(phase)?.[0])).toEqual(['training', 'test']);
      for (const shares of seen.values()) {
        expect(shares.at(-1)).toBe(1);
        expect([...shares].sort((a, b) => a - b)).toEqual(shares);
      }
    }
  });

  it('given an abort, when loading, then its reason is thrown', async () => {
    const controller = new AbortController();
    const loading = load({
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('stopped by the visitor')),
    });
    await expect(loading).rejects.toThrow('stopped by the visitor');
  });
});

describe('loadHuggingFace, failures', () => {
  it.each([
    ['404', () => store.files.clear(), /answered 404 for train-00000-of-00001\.parquet/],
    [
      '500 for ever',
      () => (store.faults = { fail: { end: TEST, status: 500, times: 1e9 } }),
      /answered 500 for test-00000/,
    ],
    [
      'a cut transfer',
      () => (store.faults = { ignoreRanges: true, cutAfter: 90_000 }),
      /train-00000-of-00001\.parquet/,
    ],
    ['a stall', () => (store.faults = { stall: true }), /sent nothing for 0 s while loading train-00000/],
    ['ranges that are one off', () => (store.faults = { shiftRanges: true }), /bytes from .* expected/],
    [
      'a web page instead',
      () => store.files.set(TRAIN, new TextEncoder().encode('<html>'.repeat(99))),
      /^train-00000-of-00001\.parquet from Hugging Face cannot be read: parquet file invalid/,
    ],
    [
      'a truncated file',
      () => store.files.set(TRAIN, trainFile.slice(0, 300_000)),
      /^train-00000.* cannot be read/,
    ],
    [
      'a label out of range',
      () => store.files.set(TEST, parquetOf(sampleSet(2), 100, [3n, 10n])),
      /^test-00000.* row 1 has label 10; expected 0 to 9/,
    ],
  ])('given %s, when loaded, then a DataError names the file and says so', async (_, spoil, message) => {
    spoil();
    const error = await load({ stallMs: 300 }).then(
      () => null,
      (e: unknown) => e as Error,
    );
    expect(error?.message).toMatch(message);
    expect(error?.name).toBe('DataError');
  });

  it('given no server, when loaded, then the error says that the host could not be reached', async () => {
    await store.close();
    await expect(load()).rejects.toThrow(/could not be reached for train-00000-of-00001\.parquet/);
  });

  it('given images that are not PNG, when loaded, then the error says so', async () => {
    const spoiled = parquetOf(sampleSet(3), 100);
    for (let at = 0; (at = Buffer.from(spoiled).indexOf('PNG', at)) >= 0; at++) spoiled[at] = 0x51;
    store.files.set(TEST, spoiled);
    await expect(load()).rejects.toThrow(/^test-00000.* no readable PNG/);
  });
});
