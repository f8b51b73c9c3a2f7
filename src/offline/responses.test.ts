import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTENT_SECURITY_POLICY } from './headers.ts';
import {
  cachePrefix,
  digestOf,
  fetchListed,
  isolated,
  keepsPageWithoutScripts,
  mayKeep,
  outdated,
  route,
} from './responses.ts';

const SCOPE = 'https://someone.example/arat/';
const FILES = new Set(['', 'index.html', 'assets/index-1.js', 'recorded/default.json']);
const request = (path: string, more: Partial<Record<'method' | 'mode' | 'cache', string>> = {}) =>
  ({
    method: 'GET',
    mode: 'cors',
    cache: 'default',
    headers: new Headers(),
    url: new URL(path, SCOPE).href,
    ...more,
  }) as Parameters<typeof route>[0];
const typed = (response: Response, type: ResponseType) =>
  Object.defineProperty(response, 'type', { value: type });

describe('what the service worker answers', () => {
  test('given the page’s folder, its file or a query, when requested, then the kept page is the response', () => {
    for (const path of ['', 'index.html', '?x=1', '#s=abc'])
      expect(route(request(path, { mode: 'navigate' }), SCOPE, FILES)).toEqual({ kind: 'kept', path: '' });
  });

  test('given a kept file, when requested, then it comes from the cache; data and unknown files come from the network', () => {
    const path = 'assets/index-1.js';
    expect(route(request(path), SCOPE, FILES)).toEqual({ kind: 'kept', path });
    for (const other of ['data/cifar10/index.json', 'assets/index-2.js', '../other/assets/index-1.js'])
      expect(route(request(other), SCOPE, FILES)).toEqual({ kind: 'network' });
  });

  test('given a range of a kept file, when requested, then it comes from the network, not as the whole file', () => {
    const part = { ...request('assets/index-1.js'), headers: new Headers({ range: 'bytes=0-1' }) };
    expect(route(part, SCOPE, FILES)).toEqual({ kind: 'network' });
  });

  test('given another site, another method or a cache-only request, when routed, then the browser handles it', () => {
    expect(route(request('https://huggingface.co/x.parquet'), SCOPE, FILES)).toBeNull();
    expect(route(request('', { method: 'POST' }), SCOPE, FILES)).toBeNull();
    expect(route(request('', { cache: 'only-if-cached', mode: 'no-cors' }), SCOPE, FILES)).toBeNull();
  });

  test('given any address, when routed, then a kept response is a file of this folder, and other sites are left alone', () => {
    const origins = fc.constantFrom('https://someone.example', 'https://other.example');
    const folders = fc.constantFrom('/arat/', '/arat', '/other/', '/', '/arat/../');
    const paths = fc.oneof(fc.constantFrom(...FILES), fc.string({ maxLength: 8 }));
    const modes = fc.constantFrom('navigate', 'cors', 'no-cors');
    fc.assert(
      fc.property(origins, folders, paths, modes, (origin, folder, path, mode) => {
        const { href } = new URL(origin + folder + path);
        const way = route(request(href, { mode }), SCOPE, FILES);
        if (way?.kind === 'kept') expect(href.startsWith(SCOPE) && FILES.has(way.path)).toBe(true);
        expect(way === null).toBe(origin === 'https://other.example');
      }),
    );
  });
});

describe('what the service worker keeps', () => {
  test('given responses, when checked, then only whole, successful ones of this site may be kept', () => {
    const of = (status: number, type: ResponseType) => mayKeep(typed(new Response('x', { status }), type));
    expect(of(200, 'basic')).toBe(true);
    expect([
      of(206, 'basic'),
      of(404, 'basic'),
      of(500, 'basic'),
      of(200, 'cors'),
      of(200, 'opaque'),
    ]).toEqual([false, false, false, false, false]);
  });

  test('given caches, when outdated ones are named, then they are older versions of the same folder only', () => {
    const now = `${cachePrefix(SCOPE)}2`;
    const old = `${cachePrefix(SCOPE)}1`;
    const foreign = ['images', `${cachePrefix('https://someone.example/arat/fork/')}1`];
    expect(outdated([now, old, ...foreign], SCOPE, '2')).toEqual([old]);
  });
});

describe('a file that the build lists', () => {
  const listed = 'https://someone.example/arat/assets/index-1.js';
  const digest = async (text: string) => digestOf(await new Response(text).arrayBuffer());
  /** Gives these answers in turn; records the cache mode of every request. */
  const server = (...answers: readonly (readonly [number, string])[]) => {
    const asked: (RequestCache | undefined)[] = [];
    const load = async (_url: unknown, init?: RequestInit) => {
      const [status, text] = answers[asked.length];
      asked.push(init?.cache);
      return typed(new Response(text, { status, headers: { 'Content-Type': 'text/javascript' } }), 'basic');
    };
    return { asked, load: load as typeof fetch };
  };

  test('given the listed contents, when fetched, then the response is returned', async () => {
    const { load, asked } = server([200, 'new']);
    const response = await fetchListed(listed, await digest('new'), load);
    expect([await response.text(), response.headers.get('Content-Type')]).toEqual(['new', 'text/javascript']);
    expect(asked).toHaveLength(1);
  });

  test('given another version or an error first, when fetched, then it is requested again without caches', async () => {
    for (const first of [
      [200, 'old'],
      [500, ''],
      [404, 'Not found'],
    ] as const) {
      const { load, asked } = server(first, [200, 'new']);
      expect(await (await fetchListed(listed, await digest('new'), load)).text()).toBe('new');
      expect(asked).toEqual(['no-cache', 'reload']);
    }
  });

  test('given a server with another version, a part or no file, when fetched, then it rejects with the reason', async () => {
    for (const [answer, why] of [
      [[200, 'old'], 'belongs to another version'],
      [[200, 'ne'], 'belongs to another version'],
      [[206, 'new'], 'was answered with 206'],
      [[404, 'Not found'], 'was answered with 404'],
    ] as const)
      await expect(fetchListed(listed, await digest('new'), server(answer, answer).load)).rejects.toThrow(
        why,
      );
  });
});

describe('a cache of an older version', () => {
  const page =
    '<script async src="./boot.js"></script><script type="module" crossorigin src="./assets/index-1.js">';
  const cacheOf = (files: Record<string, string>) => ({
    match: async (url: unknown) => {
      const text = files[String(url).slice(SCOPE.length)];
      return text === undefined ? undefined : new Response(text);
    },
  });
  const broken = (files: Record<string, string>) => keepsPageWithoutScripts(cacheOf(files), SCOPE);

  test('given a kept page without a script that it names, when checked, then it is broken', async () => {
    expect(await broken({ '': page, 'boot.js': '', 'assets/index-2.js': '' })).toBe(true);
  });

  test('given a page with all its scripts, or an empty cache, when checked, then it is not broken', async () => {
    expect(await broken({ '': page, 'boot.js': '', 'assets/index-1.js': '' })).toBe(false);
    expect(await broken({})).toBe(false);
  });
});

describe('isolation', () => {
  test('given a response, when isolated, then it has the site’s headers, and status, other headers and content stay', async () => {
    const headers = { 'Content-Type': 'application/wasm', 'Cross-Origin-Opener-Policy': 'unsafe-none' };
    const response = isolated(new Response('content', { status: 404, headers }));
    expect(response.status).toBe(404);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'application/wasm',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': CONTENT_SECURITY_POLICY,
    });
    expect(await response.text()).toBe('content');
  });

  test('given a status that forbids a body, when isolated, then nothing is thrown', () => {
    expect(isolated(new Response(null, { status: 204 })).status).toBe(204);
  });

  test('given a redirect or an opaque response, when isolated, then it is returned unchanged', () => {
    for (const type of ['opaque', 'opaqueredirect'] as const) {
      const response = typed(new Response('x'), type);
      expect(isolated(response)).toBe(response);
    }
  });
});
