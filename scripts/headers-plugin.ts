/** The site's security headers (src/offline/headers.ts), wherever a host or a page without one can be given them. */
import type { Plugin } from 'vite';
import { CONTENT_SECURITY_POLICY, SITE_HEADERS } from '../src/offline/headers.ts';

/** Read by Netlify, Cloudflare Pages and others; a list to copy from for the rest. */
export const HEADERS_FILE = '_headers';

const lines = (): string[] => Object.entries(SITE_HEADERS).map(([name, value]) => `  ${name}: ${value}`);

export function headers(): Plugin {
  return {
    name: 'headers',
    // Vite's development server adds an inline script to the page, which this policy refuses: see DEVELOPMENT_HEADERS.
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
