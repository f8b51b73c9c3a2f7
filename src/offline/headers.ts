/**
 * The site's security headers, defined here only. Vite's servers send them, index.html repeats the policy for
 * hosts that send none, the service worker adds them to every response, and the build writes them to `_headers`, which
 * some hosts read. A worker obeys the headers of its own script, not the page's, so that scripts of workers need them
 * too.
 */

/**
 * tfjs and our kernels compile WebAssembly; pictures are exported through blob: and data:; CIFAR-10 may come from
 * Hugging Face.
 */
const DIRECTIVES = {
  'default-src': "'self'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self' blob:",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data: blob:",
  'connect-src': "'self' data: blob: https://huggingface.co https://*.huggingface.co https://*.hf.co",
  'object-src': "'none'",
  'base-uri': "'self'",
  'form-action': "'none'",
} as const;

export const CONTENT_SECURITY_POLICY = Object.entries(DIRECTIVES)
  .map(([name, value]) => `${name} ${value}`)
  .join('; ');

/**
 * Cross-origin isolation lets a page use SharedArrayBuffer and therefore WASM threads. The third header lets the page
 * load its own files under it.
 */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

export const SITE_HEADERS: Readonly<Record<string, string>> = {
  ...ISOLATION,
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
};

/**
 * Headers of `npm run dev`. They allow inline scripts, which React's refresh needs; the rest of the policy is the same.
 */
export const DEVELOPMENT_HEADERS: Readonly<Record<string, string>> = {
  ...SITE_HEADERS,
  'Content-Security-Policy': CONTENT_SECURITY_POLICY.replace(
    "script-src 'self'",
    "script-src 'self' 'unsafe-inline'",
  ),
};
