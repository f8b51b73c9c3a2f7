import { describe, expect, test, vi } from 'vitest';
import { LoadError, retriedImport } from './retried-import.ts';

const ADDRESS = 'https://someone.example/arat/assets/KeepPanel-1.js';
const lost = () => new TypeError(`Failed to fetch dynamically imported module: ${ADDRESS}`);
const RETRY = /^https:\/\/someone\.example\/arat\/assets\/KeepPanel-1\.js\?retry=\d+$/;
const quick = { waitsMs: [0, 0], limitMs: 1000 };

describe('loading a part of the page', () => {
  test('given a file that arrives, when loaded, then it is imported once', async () => {
    const load = vi.fn(async () => 'module');
    expect(await retriedImport(load, quick)).toBe('module');
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('given a file that fails once, when loaded, then it is requested again under an address that the browser has not tried', async () => {
    const importFrom = vi.fn(async () => 'module');
    const load = vi.fn().mockRejectedValue(lost());
    expect(await retriedImport(load, { ...quick, importFrom })).toBe('module');
    expect(importFrom.mock.calls).toEqual([[expect.stringMatching(RETRY)]]);
  });

  test('given a browser that names no file, when loading fails, then the import itself is tried again', async () => {
    const load = vi
      .fn()
      .mockRejectedValueOnce(new TypeError('Importing a module script failed.'))
      .mockResolvedValueOnce('module');
    expect(await retriedImport(load, quick)).toBe('module');
  });

  test('given a file that never loads, when loaded, then it rejects after three tries and names the file; another load uses addresses that no try had', async () => {
    const importFrom = vi.fn(async (url: string) => {
      throw new TypeError(`error loading dynamically imported module: ${url}`);
    });
    const loading = () => retriedImport(() => Promise.reject(lost()), { ...quick, importFrom });
    await expect(loading()).rejects.toEqual(new LoadError('Its file KeepPanel-1.js could not be loaded.'));
    await expect(loading()).rejects.toThrow(LoadError);
    const addresses = importFrom.mock.calls.flat();
    expect(addresses).toEqual(Array(4).fill(expect.stringMatching(RETRY)));
    expect(new Set(addresses).size).toBe(4);
  });

  test('given a server that never answers, when loaded, then it rejects at the time limit', async () => {
    const loading = retriedImport(() => new Promise(() => {}), { limitMs: 20 });
    await expect(loading).rejects.toThrow('did not arrive within');
  });

  test('given a module that throws, when loaded, then it rejects with that error at once', async () => {
    const load = vi.fn().mockRejectedValue(new Error('wrong'));
    await expect(retriedImport(load, quick)).rejects.toEqual(new Error('wrong'));
    expect(load).toHaveBeenCalledTimes(1);
  });
});
