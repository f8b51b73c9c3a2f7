/** Builds src/offline/service-worker.ts to sw.js at the top of the site, with the list of files it keeps. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const FILE = 'sw.js';
const SOURCE = 'src/offline/service-worker.ts';
/** Data sets are large, and kept by the data code once somebody asks for them. */
const LEFT_OUT = /^data\//;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}

/** In development there is no service worker: it would serve yesterday's modules. */
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
        const hash = createHash('sha256');
        const files: string[] = [];
        const take = (path: string, content: string | Uint8Array) => {
          hash.update(path).update('\0').update(content);
          // The page itself is kept under its folder's address.
          if (path !== 'index.html') files.push(path);
        };
        const worker = bundle[FILE];
        if (worker?.type !== 'chunk') this.error(`${FILE} was not built.`);
        // Classic service workers cannot import; a module that the page shares with it would become an import.
        if (worker.imports.length > 0) this.error(`${FILE} imports ${worker.imports.join(', ')}.`);
        for (const path of Object.keys(bundle).sort()) {
          const output = bundle[path];
          if (path.endsWith('.map')) continue;
          take(path, output.type === 'chunk' ? output.code : output.source);
        }
        for (const path of filesBelow(publicFolder).sort()) {
          if (!LEFT_OUT.test(path)) take(path, readFileSync(join(publicFolder, path)));
        }
        const build = { version: hash.digest('hex').slice(0, 16), files: files.filter((f) => f !== FILE) };
        if (!worker.code.includes('__BUILD__')) this.error(`${SOURCE} does not use __BUILD__.`);
        worker.code = `const __BUILD__=${JSON.stringify(build)};${worker.code}`;
      },
    },
  };
}
