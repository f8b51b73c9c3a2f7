/** What the service worker may keep, and what it adds to what it hands out. */

/** They let a page use SharedArrayBuffer, hence WASM threads. The page's own files stay loadable under them. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Statuses that a Response may not be given a body with. */
const WITHOUT_BODY = [101, 204, 205, 304];

/** The same response with the headers of cross-origin isolation. A redirect or an opaque response goes through untouched. */
export function isolated(response: Response): Response {
  if (response.type === 'opaque' || response.type === 'opaqueredirect' || response.type === 'error')
    return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  const { status, statusText } = response;
  return new Response(WITHOUT_BODY.includes(status) ? null : response.body, { status, statusText, headers });
}

/** Only whole, successful answers of this site may be kept. */
export const mayKeep = (response: Response): boolean => response.status === 200 && response.type === 'basic';

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
