/**
 * The page without a network, and isolated where the host sends no headers. All files of one build are kept together
 * when it is installed and served from there; data sets are kept by the data code. A new build waits until the
 * visitor asks for it, so that no page loses its files under a running race.
 */
import type { Applied, Apply } from './messages.ts';
import { cachePrefix, isolated, mayKeep, outdated, route } from './responses.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: a hash over all files, and their paths below the page's folder. */
declare const __BUILD__: { readonly version: string; readonly files: readonly string[] };

const { version, files } = __BUILD__;
const { scope } = self.registration;
const CACHE = cachePrefix(scope) + version;
/** The page goes by its folder's address: hosts may redirect index.html there. */
const known = new Set(['', ...files]);

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all([...known].map((path) => keep(cache, path)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function keep(cache: Cache, path: string): Promise<void> {
  // Files below assets/ carry their hash in their names: the browser's own copy is as good.
  const freshness = path.startsWith('assets/') ? 'default' : 'no-cache';
  const response = await fetch(scope + path, { cache: freshness });
  if (!mayKeep(response))
    throw new Error(`${path || 'The page'} was answered with ${response.status}: nothing is kept.`);
  // A response that came by a redirect may not answer a navigation; a copy of it may.
  await cache.put(scope + path, isolated(response));
}

async function kept(path: string, request: Request): Promise<Response> {
  const found = await caches.match(scope + path, { cacheName: CACHE });
  // The browser may clear caches by itself when room is short.
  return found ?? fromNetwork(request);
}

const fromNetwork = async (request: Request): Promise<Response> => isolated(await fetch(request));

/** Takes this version into use, unless another tab still needs the files of the old one. */
async function apply(): Promise<Applied> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (pages.filter((page) => page.url.startsWith(scope)).length > 1) return 'other-tabs';
  await self.skipWaiting();
  return 'applied';
}

async function activate(): Promise<void> {
  const names = outdated(await caches.keys(), scope, version);
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener('install', (event) => event.waitUntil(keepAll()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', (event) => {
  if (event.data === ('apply' satisfies Apply))
    event.waitUntil(apply().then((said) => event.ports[0]?.postMessage(said)));
});
self.addEventListener('fetch', (event) => {
  const way = route(event.request, scope, known);
  if (way)
    event.respondWith(way.kind === 'kept' ? kept(way.path, event.request) : fromNetwork(event.request));
});
