import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFileServer, type FileServer } from '../../data/testing/file-server.ts';
import { arrived, fetchBinary, NotArrived } from './arrival.ts';
import { wasmFolder } from './wasm-files-node.ts';

const BINARY = new Uint8Array(await readFile(`${wasmFolder()}tfjs-backend-wasm-simd.wasm`));
/** Milliseconds to wait for a server that sends nothing. */
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

  /** The size of the binary, or the message of the `NotArrived`. */
  const outcome = (path = '/tfjs.wasm', limitMs?: number) =>
    fetchBinary(server.url + path, limitMs).then(
      (bytes) => bytes.length,
      (error: unknown) => {
        expect(error).toBeInstanceOf(NotArrived);
        return (error as Error).message;
      },
    );

  it('given a server that sends the binary, when fetched, then its bytes arrive and the request carries the credentials of this site', async () => {
    const asked = vi.spyOn(globalThis, 'fetch');
    const bytes = await fetchBinary(`${server.url}/tfjs.wasm`);
    expect(Buffer.compare(bytes, BINARY)).toBe(0);
    expect(asked.mock.calls[0][1]).toMatchObject({ credentials: 'same-origin' });
    asked.mockRestore();
  });

  it('given a server that never answers, when fetched, then the error names the file and the seconds without data', async () => {
    server.faults = { silent: true };
    expect(await outcome('/tfjs.wasm', LIMIT_MS)).toMatch(
      /^127\.0\.0\.1:\d+ sent nothing for 0 s while loading tfjs\.wasm\.$/,
    );
  });

  it('given a server that stops half-way, when fetched, then the error names the file', async () => {
    server.faults = { stall: true };
    expect(await outcome('/tfjs.wasm', LIMIT_MS)).toMatch(/sent nothing for 0 s while loading tfjs\.wasm\.$/);
  });

  it('given a connection that is cut half-way each time, when fetched, then it is tried twice and the error says why', async () => {
    server.faults = { cutAfter: 1000 };
    expect(await outcome()).toMatch(/could not be reached for tfjs\.wasm/);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [404, undefined],
    [500, undefined],
    [503, '100'],
  ])(
    'given one answer %i (Retry-After %s), when fetched, then it is tried again at once; given two, then the error says so',
    async (status, retryAfter) => {
      server.faults = { fail: { end: '.wasm', status, times: 1, retryAfter } };
      expect(await outcome()).toBe(BINARY.length);
      server.faults = { fail: { end: '.wasm', status, times: 2, retryAfter } };
      expect(await outcome()).toMatch(new RegExp(`answered ${status} for tfjs\\.wasm`));
      expect(server.requests).toHaveLength(4);
    },
  );

  it('given a server that sends a page in place of the binary, when fetched, then the error says so', async () => {
    expect(await outcome('/page.wasm')).toBe(
      'the server sent something other than WebAssembly as page.wasm.',
    );
  });
});

describe('arrived', () => {
  afterEach(() => void vi.useRealTimers());

  it('given code that arrives, when awaited, then it is returned', async () => {
    expect(await arrived(Promise.resolve(7), LIMIT_MS)).toBe(7);
  });

  it('given code that never arrives, when awaited, then it rejects after the limit and not before', async () => {
    vi.useFakeTimers();
    const outcomes: unknown[] = [];
    void arrived(new Promise(() => {}), 15_000).catch((error: unknown) => outcomes.push(error));
    await vi.advanceTimersByTimeAsync(14_999);
    expect(outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(outcomes).toEqual([new NotArrived('its code has not arrived within 15 s.')]);
    expect(outcomes[0]).toBeInstanceOf(NotArrived);
  });

  it('given code that fails to load, also after the limit, when awaited, then it rejects once and no rejection is unhandled', async () => {
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
