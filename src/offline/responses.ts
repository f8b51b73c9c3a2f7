/** What the service worker may keep, and what it adds to what it hands out. */
import { SITE_HEADERS } from './headers.ts';

/** Statuses that a Response may not be given a body with. */
const WITHOUT_BODY = [101, 204, 205, 304];

/**
 * The same response with the site's headers: cross-origin isolation and the security policy. A redirect or an opaque
 * response goes through untouched.
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
 * The file at `url` with exactly the contents that the build lists, as a response that may be kept. A server or a cache
 * in between may still hold another version of it: then, and where it fails, this rejects with one sentence.
 */
export async function fetchListed(
  url: string,
  digest: string,
  load: typeof fetch = fetch,
): Promise<Response> {
  let problem = '';
  // The browser's own copy is as good when its contents are the listed ones; if not, the server is asked.
  for (const cache of ['no-cache', 'reload'] as const) {
    const response = await load(url, { cache });
    if (!mayKeep(response)) {
      problem = `was answered with ${response.status}`;
      continue;
    }
    const bytes = await response.arrayBuffer();
    // A response that came by a redirect may not answer a navigation; a copy of it may.
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
 * Whether a cache keeps a page without the scripts that it names: such a page stays empty wherever the server has moved
 * on.
 */
export async function keepsPageWithoutScripts(cache: Pick<Cache, 'match'>, scope: string): Promise<boolean> {
  const page = await cache.match(scope);
  if (!page) return false;
  for (const src of scriptsOf(await page.text()))
    if (!(await cache.match(new URL(src, scope).href))) return true;
  return false;
}

/** Caches are shared by all sites of an origin: ours carry the folder that they are for. */
export const cachePrefix = (scope: string): string => `arat-playground ${scope} `;

/** Names out of `all` that an earlier version of the page in the same folder left behind. */
export function outdated(all: readonly string[], scope: string, version: string): string[] {
  const prefix = cachePrefix(scope);
  return all.filter((name) => name.startsWith(prefix) && name !== prefix + version);
}

/** How a request is answered: by the kept page, a kept file, the network (with headers added), or not here at all. */
export type Route = { readonly kind: 'kept'; readonly path: string } | { readonly kind: 'network' } | null;

/**
 * `files`: paths below `scope` that are kept, the page itself as ''. Other sites' files and what is no plain reading
 * (other methods, ranges, `only-if-cached`) are left to the browser.
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
