/**
 * Serves the page without a network, and adds the headers of isolation where the host sends none. All files of one
 * build are cached when it is installed and served from the cache; the data code keeps data sets. A new build waits
 * until the visitor asks for it, so that no page loses its files under a running race.
 */
import type { Applied, Apply } from './messages.ts';
import { cachePrefix, fetchListed, isolated, keepsPageWithoutScripts, outdated, route } from './responses.ts';

declare const self: ServiceWorkerGlobalScope;
/**
 * Inserted by the build: `version` is a hash over all files; `files` has the SHA-256 of each by its path below the
 * page's folder. The page itself is ''.
 */
declare const __BUILD__: { readonly version: string; readonly files: Readonly<Record<string, string>> };

const { version, files } = __BUILD__;
const { scope } = self.registration;
const CACHE = cachePrefix(scope) + version;
/**
 * Paths of the kept files. The page has the address of its folder (''), because hosts may redirect index.html there.
 */
const known = new Set(Object.keys(files));

/** Keeps every file of this build, or none if one fails, because files of two versions do not work together. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all([...known].map((path) => keep(cache, path)));
  } catch (error) {
    // The previous version stays in use; the browser tries to install this one again at the next visit.
    await caches.delete(CACHE);
    throw error;
  }
}

async function keep(cache: Cache, path: string): Promise<void> {
  await cache.put(scope + path, await fetchListed(scope + path, files[path]));
}

async function install(): Promise<void> {
  await keepAll();
  // Older versions did not check contents and may have kept a page without its code. That page cannot offer this
  // version to the visitor, so that it takes over by itself.
  for (const name of outdated(await caches.keys(), scope, version))
    if (await keepsPageWithoutScripts(await caches.open(name), scope)) await self.skipWaiting();
}

async function kept(path: string, request: Request): Promise<Response> {
  const find = () => caches.match(scope + path, { cacheName: CACHE });
  const found = await find();
  if (found) return found;
  // The browser may clear caches when storage is short. Keep the file again if the server still has this version.
  await caches
    .open(CACHE)
    .then((cache) => keep(cache, path))
    .catch(() => {});
  return (await find()) ?? fromNetwork(request);
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

self.addEventListener('install', (event) => event.waitUntil(install()));
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
