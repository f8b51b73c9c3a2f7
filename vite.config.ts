import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };
import { serviceWorker } from './scripts/service-worker-plugin.ts';

/** Cross-origin isolation lets WASM use threads (SharedArrayBuffer). */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // Relative, so that the built site works from any folder (GitHub Pages serves it below /<repository>/).
  base: './',
  define: { __APP_VERSION__: JSON.stringify(manifest.version) },
  plugins: [react(), serviceWorker()],
  worker: { format: 'es' },
  server: { headers: isolationHeaders },
  preview: { headers: isolationHeaders },
  build: { target: 'es2022', chunkSizeWarningLimit: 1500 },
});
