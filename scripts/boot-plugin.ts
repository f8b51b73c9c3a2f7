/** Builds src/boot/boot.ts to boot.js at the top of the site, and lets index.html run it before the page's own code. */
import type { Plugin } from 'vite';
import { standaloneChunk } from './standalone.ts';

const FILE = 'boot.js';

/** In development the page's code comes from the same server as index.html: nothing can be out of step. */
export function boot(): Plugin {
  return {
    name: 'boot',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: 'src/boot/boot.ts', fileName: FILE });
    },
    transformIndexHtml: {
      order: 'post',
      // `async`: where this file does not arrive, it holds up nothing.
      handler: () => [{ tag: 'script', attrs: { async: true, src: `./${FILE}` }, injectTo: 'head-prepend' }],
    },
    generateBundle(_options, bundle) {
      const chunk = standaloneChunk(bundle, FILE);
      // A classic script shares its names with the whole page.
      chunk.code = `(()=>{${chunk.code}})();`;
    },
  };
}
