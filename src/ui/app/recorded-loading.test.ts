import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadIndex, loadRecorded } from './recorded.ts';

vi.mock('../shared/notify.ts', () => ({ notify: () => {} }));
afterEach(() => vi.unstubAllGlobals());

/** A server that takes the request and never answers. */
const silent = (_url: unknown, { signal }: RequestInit) =>
  new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason)));

describe('recorded runs from a server in trouble', () => {
  test('given one that never answers, then list and run are given up with a sentence', async () => {
    vi.stubGlobal('fetch', silent);
    await expect(loadIndex(20)).rejects.toThrow('sent nothing for');
    await expect(loadRecorded('quick-race.json', 20)).rejects.toThrow('sent nothing for');
  });

  test('given a list that is answered 500, then it is asked for again and read', async () => {
    const entry = { file: 'a.json', title: 'A', words: 'What it shows.' };
    const answers = [new Response('', { status: 500 }), Response.json([entry])];
    vi.stubGlobal('fetch', async () => answers.shift());
    await expect(loadIndex()).rejects.toThrow('answered 500');
    expect(await loadIndex()).toEqual([entry]);
  });
});
