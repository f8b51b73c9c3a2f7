import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodePngsInNode } from './node-png.ts';
import { startFileServer, type FileServer } from './testing/file-server.ts';
import { parquetOf, sampleSet } from './testing/samples.ts';
import { loadDataset } from './load.ts';
import { download, openRanged, retryAfter } from './http.ts';

const FILE = Uint8Array.from({ length: 1000 }, (_, i) => i & 255);
let server: FileServer;
let waits: string[];
beforeEach(async () => {
  waits = [];
  server = await startFileServer({ '/file.bin': FILE });
});
afterEach(() => server.close());

const options = () => ({ fetch, onWait: (phrase: string) => waits.push(phrase) });
const busy = (status: number, times: number, retryAfter?: string) =>
  (server.faults = { fail: { end: '', status, times, retryAfter } });
const get = (more: object = {}) => download(`${server.url}/file.bin`, 2000, { ...options(), ...more });

describe('retryAfter', () => {
  const now = Date.UTC(2026, 0, 1);
  it.each([
    ['30', 30_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['', null],
    [null, null],
  ])('given the header %j, then it gives %j ms', (header, ms) => {
    expect(retryAfter(header, now)).toBe(ms);
  });
});

describe('a server that is busy', () => {
  it.each([
    [429, '1'],
    [503, '1'],
    [429, '0'],
    [429, () => new Date(Date.now() + 900).toUTCString()],
  ])(
    'given %i with Retry-After %s on the first request, when downloaded, then it waits, reports it and gets the file',
    async (status, after) => {
      busy(status, 1, typeof after === 'function' ? after() : after);
      expect(await get()).toEqual(FILE);
      expect(waits).toEqual([
        expect.stringMatching(new RegExp(`^127.* is busy \\(${status}\\): asking again in 1 s$`)),
      ]);
      expect(server.requests).toHaveLength(2);
    },
  );

  it('given a busy server that does not say for how long, then it is asked again after the waits in retryMs, then it fails', async () => {
    busy(429, 2);
    expect(await get({ retryMs: [1, 2] })).toEqual(FILE);
    expect(waits).toHaveLength(2);
    busy(503, 3);
    await expect(get({ retryMs: [1, 2] })).rejects.toThrow(/answered 503 for file\.bin$/);
  });

  it('given a Retry-After that is too long, then it fails at once and the error names the wait', async () => {
    busy(429, 9, '3600');
    await expect(get()).rejects.toThrow(/answered 429 for file\.bin and asks to wait 60 minutes/);
    expect(server.requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it('given a wait, when aborted, then it rejects at once with the reason and sends no further request', async () => {
    busy(429, 9, '100');
    const controller = new AbortController();
    const onWait = () => setTimeout(() => controller.abort(new Error('cancelled by the visitor')));
    await expect(get({ signal: controller.signal, onWait })).rejects.toThrow('cancelled by the visitor');
    expect(server.requests).toHaveLength(1);
  });

  it('given 429 on the first range request, when opened, then it waits and reads by ranges', async () => {
    busy(429, 1, '1');
    const file = await openRanged(`${server.url}/file.bin`, options());
    expect(new Uint8Array(await file!.slice(10, 20))).toEqual(FILE.slice(10, 20));
    expect(server.requests.filter((request) => request.endsWith(' all'))).toEqual([]);
    expect(waits).toHaveLength(1);
  });

  it('given a first answer of 429 from Hugging Face, when CIFAR-10 is loaded, then progress reports the wait, and it loads', async () => {
    server.files.set('/train-00000-of-00001.parquet', parquetOf(sampleSet(20), 10));
    server.files.set('/test-00000-of-00001.parquet', parquetOf(sampleSet(10, 3), 10));
    busy(429, 1, '1');
    const phases = new Set<string>();
    const data = await loadDataset('cifar10', {
      environment: { fetch, cache: null, decodePngs: decodePngsInNode, huggingFaceUrl: server.url },
      onProgress: ({ phase }) => phases.add(phase),
    });
    expect(data.train.labels).toHaveLength(20);
    expect([...phases].filter((phase) => phase.includes('is busy (429): asking again in 1 s'))).toHaveLength(
      1,
    );
  });
});

it('given one signal for several downloads, when they have ended, then no listener is left on it', async () => {
  const { signal } = new AbortController();
  let registered = 0;
  const add = signal.addEventListener.bind(signal) as typeof signal.addEventListener;
  const remove = signal.removeEventListener.bind(signal) as typeof signal.removeEventListener;
  signal.addEventListener = ((...args: Parameters<typeof add>) => (registered++, add(...args))) as typeof add;
  signal.removeEventListener = ((...args: Parameters<typeof remove>) => (
    registered--,
    remove(...args)
  )) as typeof remove;
  for (let i = 0; i < 3; i++) await get({ signal });
  expect(registered).toBe(0);
});
