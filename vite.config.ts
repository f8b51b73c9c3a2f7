import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };
import { boot } from './scripts/boot-plugin.ts';
import { headers } from './scripts/headers-plugin.ts';
import { serviceWorker } from './scripts/service-worker-plugin.ts';
import { commitOf } from './src/core/node-commit.ts';
import { DEVELOPMENT_HEADERS, SITE_HEADERS } from './src/offline/headers.ts';

export default defineConfig({
  // Relative, so that the built site works from any folder (GitHub Pages serves it below /<repository>/).
  base: './',
  define: {
    __APP_VERSION__: JSON.stringify(manifest.version),
    __COMMIT__: JSON.stringify(commitOf(import.meta.dirname) ?? ''),
  },
  plugins: [react(), boot(), headers(), serviceWorker()],
  worker: { format: 'es' },
  server: { headers: DEVELOPMENT_HEADERS },
  preview: { headers: SITE_HEADERS },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      onLog(level, log, handle) {
        // The import would be written as if its module were loaded later, and it is not.
        handle(log.code === 'INEFFECTIVE_DYNAMIC_IMPORT' ? 'error' : level, log);
      },
    },
  },
});
