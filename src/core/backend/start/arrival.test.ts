import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFileServer, type FileServer } from '../../data/testing/file-server.ts';
import { arrived, fetchBinary, NotArrived } from './arrival.ts';
import { wasmFolder } from './wasm-files-node.ts';

const BINARY = new Uint8Array(await readFile(`${wasmFolder()}tfjs-backend-wasm-simd.wasm`));
/** For a server that says nothing. */
const LIMIT_MS = 100;

describe('fetchBinary', () => {
  let server: FileServer;
  beforeEach(async () => {
    server = await startFileServer({
      '/tfjs.wasm': BINARY,
      '/page.wasm': new TextEncoder().encode('<!doctype html><title>Not found</title>'),
    });
  });
  afterEach(() => server.close());

  /** What the binary comes to: its size, or why it did not come. */
  const outcome = (path = '/tfjs.wasm', limitMs?: number) =>
    fetchBinary(server.url + path, limitMs).then(
      (bytes) => bytes.length,
      (error: unknown) => {
        expect(error).toBeInstanceOf(NotArrived);
        return (error as Error).message;
      },
    );

  it('given a server that sends the binary, then its bytes, asked for with what this site knows of the visitor', async () => {
    const asked = vi.spyOn(globalThis, 'fetch');
    const bytes = await fetchBinary(`${server.url}/tfjs.wasm`);
    expect(Buffer.compare(bytes, BINARY)).toBe(0);
    expect(asked.mock.calls[0][1]).toMatchObject({ credentials: 'same-origin' });
    asked.mockRestore();
  });

  it('given a server that never answers, then a sentence names the file and how long nothing came', async () => {
    server.faults = { silent: true };
    expect(await outcome('/tfjs.wasm', LIMIT_MS)).toMatch(
      /^127\.0\.0\.1:\d+ sent nothing for 0 s while loading tfjs\.wasm\.$/,
    );
  });

  it('given a server that stops half-way, then the same', async () => {
    server.faults = { stall: true };
    expect(await outcome('/tfjs.wasm', LIMIT_MS)).toMatch(/sent nothing for 0 s while loading tfjs\.wasm\.$/);
  });

  it('given a connection that is cut half-way each time, then it is asked for twice and the sentence says why', async () => {
    server.faults = { cutAfter: 1000 };
    expect(await outcome()).toMatch(/could not be reached for tfjs\.wasm/);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [404, undefined],
    [500, undefined],
    [503, '100'],
  ])(
    'given one answer %i (Retry-After %s), then it is asked again at once; given two, then a sentence',
    async (status, retryAfter) => {
      server.faults = { fail: { end: '.wasm', status, times: 1, retryAfter } };
      expect(await outcome()).toBe(BINARY.length);
      server.faults = { fail: { end: '.wasm', status, times: 2, retryAfter } };
      expect(await outcome()).toMatch(new RegExp(`answered ${status} for tfjs\\.wasm`));
      expect(server.requests).toHaveLength(4);
    },
  );

  it('given a server that sends its page in place of the binary, then a sentence says so', async () => {
    expect(await outcome('/page.wasm')).toBe(
      'the server sent something other than WebAssembly as page.wasm.',
    );
  });
});

describe('arrived', () => {
  afterEach(() => void vi.useRealTimers());

  it('given code that arrives, then the code', async () => {
    expect(await arrived(Promise.resolve(7), LIMIT_MS)).toBe(7);
  });

  it('given code that never arrives, then a sentence after the limit and not before', async () => {
    vi.useFakeTimers();
    const outcomes: unknown[] = [];
    void arrived(new Promise(() => {}), 15_000).catch((error: unknown) => outcomes.push(error));
    await vi.advanceTimersByTimeAsync(14_999);
    expect(outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(outcomes).toEqual([new NotArrived('its code has not arrived within 15 s.')]);
    expect(outcomes[0]).toBeInstanceOf(NotArrived);
  });

  it('given code that cannot be loaded, also after the limit, then a sentence once and nothing unhandled', async () => {
    vi.useFakeTimers();
    const failing = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));
    await expect(arrived(failing(), LIMIT_MS)).rejects.toThrow(
      'its code could not be loaded (Failed to fetch dynamically imported module).',
    );
    let reject!: (error: Error) => void;
    const late = arrived(new Promise((_, no) => (reject = no)), LIMIT_MS);
    const refused = expect(late).rejects.toThrow(NotArrived);
    await vi.advanceTimersByTimeAsync(LIMIT_MS);
    await refused;
    reject(new Error('late'));
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
