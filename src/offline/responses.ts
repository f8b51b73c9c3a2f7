/** How the service worker routes requests, which responses it keeps, and the headers that it adds. */
import { SITE_HEADERS } from './headers.ts';

/** Statuses with which a Response must not have a body. */
const WITHOUT_BODY = [101, 204, 205, 304];

/**
 * The same response with the site's headers: cross-origin isolation and the security policy. A redirect or an opaque
 * response is returned unchanged.
 */
export function isolated(response: Response): Response {
  if (response.type === 'opaque' || response.type === 'opaqueredirect' || response.type === 'error')
    return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(SITE_HEADERS)) headers.set(name, value);
  const { status, statusText } = response;
  return new Response(WITHOUT_BODY.includes(status) ? null : response.body, { status, statusText, headers });
}

/** Only whole, successful answers of this site may be kept. */
export const mayKeep = (response: Response): boolean => response.status === 200 && response.type === 'basic';

/** SHA-256 in hexadecimal. */
export async function digestOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The file at `url` with exactly the contents that the build lists, as a response that may be kept. `digest`: their
 * SHA-256 in hexadecimal. Rejects with one sentence if the server fails or has other contents.
 */
export async function fetchListed(
  url: string,
  digest: string,
  load: typeof fetch = fetch,
): Promise<Response> {
  let problem = '';
  // First validate the browser's copy; if that is not the listed file, load it from the server.
  for (const cache of ['no-cache', 'reload'] as const) {
    const response = await load(url, { cache });
    if (!mayKeep(response)) {
      problem = `was answered with ${response.status}`;
      continue;
    }
    const bytes = await response.arrayBuffer();
    // A new Response, because one that came by a redirect must not answer a navigation.
    if ((await digestOf(bytes)) === digest)
      return isolated(new Response(bytes, { headers: response.headers }));
    problem = 'belongs to another version of the page';
  }
  throw new Error(`${url} ${problem}: nothing is kept.`);
}

/** Addresses of the scripts in a page, relative to it. */
const scriptsOf = (html: string): string[] =>
  [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)].map((match) => match[1]);

/**
 * Whether a cache keeps a page but not all scripts that it names. Such a page stays empty if the server no longer has
 * them.
 */
export async function keepsPageWithoutScripts(cache: Pick<Cache, 'match'>, scope: string): Promise<boolean> {
  const page = await cache.match(scope);
  if (!page) return false;
  for (const src of scriptsOf(await page.text()))
    if (!(await cache.match(new URL(src, scope).href))) return true;
  return false;
}

/** Beginning of the names of this site's caches. It holds the folder, because all sites of an origin share caches. */
export const cachePrefix = (scope: string): string => `arat-playground ${scope} `;

/** Names in `all` of caches of other versions of the page in the same folder. */
export function outdated(all: readonly string[], scope: string, version: string): string[] {
  const prefix = cachePrefix(scope);
  return all.filter((name) => name.startsWith(prefix) && name !== prefix + version);
}

/**
 * How a request is answered: with a kept file ('' is the page), from the network with headers added, or (null) not
 * here.
 */
export type Route = { readonly kind: 'kept'; readonly path: string } | { readonly kind: 'network' } | null;

/**
 * `files`: paths below `scope` that are kept; the page itself is ''. Other sites' files, methods other than GET and
 * `only-if-cached` are left to the browser; ranges and paths that are not kept go to the network.
 */
export function route(
  request: Pick<Request, 'method' | 'mode' | 'cache' | 'url' | 'headers'>,
  scope: string,
  files: ReadonlySet<string>,
): Route {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== new URL(scope).origin) return null;
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return null;
  const address = url.origin + url.pathname;
  if (!address.startsWith(scope) || request.headers.has('range')) return { kind: 'network' };
  const path = address.slice(scope.length);
  if (request.mode === 'navigate') {
    return path === '' || path === 'index.html' ? { kind: 'kept', path: '' } : { kind: 'network' };
  }
  return files.has(path) && path !== '' ? { kind: 'kept', path } : { kind: 'network' };
}
