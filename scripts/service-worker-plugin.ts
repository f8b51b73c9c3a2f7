/**
 * Builds src/offline/service-worker.ts to sw.js at the top of the site, with the list of files it keeps and what is in
 * them.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { HEADERS_FILE } from './headers-plugin.ts';
import { standaloneChunk } from './standalone.ts';

const FILE = 'sw.js';
const SOURCE = 'src/offline/service-worker.ts';
/**
 * Data sets are large; the data code caches them when they are first loaded. Curves and weights of the recorded
 * combinations are loaded when asked for.
 */
const LEFT_OUT = /^data\/|^recorded\/factorial\/(?!index\.json$)/;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}

/** Applied in builds only: in development a service worker would serve outdated modules. */
export function serviceWorker(): Plugin {
  let publicFolder = '';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved: (config) => {
      publicFolder = config.publicDir;
    },
    buildStart() {
      this.emitFile({ type: 'chunk', id: SOURCE, fileName: FILE });
    },
    generateBundle: {
      // After Vite's own plugin has added index.html.
      order: 'post',
      handler(_options, bundle) {
        const worker = standaloneChunk(bundle, FILE);
        const files: Record<string, string> = {};
        const take = (path: string, content: string | Uint8Array) => {
          // The key of index.html is '': it is kept under the address of its folder.
          files[path === 'index.html' ? '' : path] = createHash('sha256').update(content).digest('hex');
        };
        for (const path of Object.keys(bundle).sort()) {
          const output = bundle[path];
          // Hosts read the headers file and do not serve it.
          if (path.endsWith('.map') || path === FILE || path === HEADERS_FILE) continue;
          take(path, output.type === 'chunk' ? output.code : output.source);
        }
        for (const path of filesBelow(publicFolder).sort()) {
          if (!LEFT_OUT.test(path)) take(path, readFileSync(join(publicFolder, path)));
        }
        const all = JSON.stringify(files) + worker.code;
        const build = { version: createHash('sha256').update(all).digest('hex').slice(0, 16), files };
        if (!worker.code.includes('__BUILD__')) this.error(`${SOURCE} does not use __BUILD__.`);
        worker.code = `const __BUILD__=${JSON.stringify(build)};${worker.code}`;
      },
    },
  };
}
