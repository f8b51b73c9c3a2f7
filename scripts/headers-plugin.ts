/** Writes the site's security headers (src/offline/headers.ts) into index.html and into a file for hosts. */
import type { Plugin } from 'vite';
import { CONTENT_SECURITY_POLICY, SITE_HEADERS } from '../src/offline/headers.ts';

/** Netlify, Cloudflare Pages and others read this file; for other hosts it is a list to copy. */
export const HEADERS_FILE = '_headers';

const lines = (): string[] => Object.entries(SITE_HEADERS).map(([name, value]) => `  ${name}: ${value}`);

export function headers(): Plugin {
  return {
    name: 'headers',
    // Vite's development server adds an inline script, which this policy would block: see DEVELOPMENT_HEADERS.
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
          injectTo: 'head-prepend',
        },
      ],
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: HEADERS_FILE, source: `/*\n${lines().join('\n')}\n` });
    },
  };
}
