/** Builds src/boot/boot.ts to boot.js in the root folder of the site; index.html runs it before the page's own code. */
import type { Plugin } from 'vite';
import { standaloneChunk } from './standalone.ts';

const FILE = 'boot.js';

/** Applied in builds only: in development, index.html and the page's code come from one server and always match. */
export function boot(): Plugin {
  return {
    name: 'boot',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: 'src/boot/boot.ts', fileName: FILE });
    },
    transformIndexHtml: {
      order: 'post',
      // `async`, so that nothing waits for this file if it does not arrive.
      handler: () => [{ tag: 'script', attrs: { async: true, src: `./${FILE}` }, injectTo: 'head-prepend' }],
    },
    generateBundle(_options, bundle) {
      const chunk = standaloneChunk(bundle, FILE);
      // The names of a classic script are global; a function keeps them local.
      chunk.code = `(()=>{${chunk.code}})();`;
    },
  };
}
