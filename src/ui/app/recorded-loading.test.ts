import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadIndex, loadRecorded } from './recorded.ts';

vi.mock('../shared/notify.ts', () => ({ notify: () => {} }));
afterEach(() => vi.unstubAllGlobals());

/** A server that takes the request and never answers. */
const silent = (_url: unknown, { signal }: RequestInit) =>
  new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason)));

describe('recorded runs from a server that fails', () => {
  test('given a server that never answers, when the list or a run is loaded, then it is rejected with a sentence', async () => {
    vi.stubGlobal('fetch', silent);
    await expect(loadIndex(20)).rejects.toThrow('sent nothing for');
    await expect(loadRecorded('quick-race.json', 20)).rejects.toThrow('sent nothing for');
  });

  test('given status 500 for the list, when the list is loaded again, then it is requested again and read', async () => {
    const entry = { file: 'a.json', title: 'A', words: 'What it shows.' };
    const answers = [new Response('', { status: 500 }), Response.json([entry])];
    vi.stubGlobal('fetch', async () => answers.shift());
    await expect(loadIndex()).rejects.toThrow('answered 500');
    expect(await loadIndex()).toEqual([entry]);
  });
});
