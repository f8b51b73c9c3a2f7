import { defineConfig } from '@playwright/test';
import { findBrowser, WEBGPU_ARGS } from './scripts/browser.mjs';

/** Two checkouts may test at the same time on different ports. */
const PORT = Number(process.env.E2E_PORT ?? 4317);

export default defineConfig({
  testDir: 'e2e',
  timeout: 300_000,
  expect: { timeout: 30_000 },
  // A test waits for the page as much as the page computes. WebGPU drawn in software fills both cores by itself.
  workers: 2,
  retries: 0,
  use: {
    baseURL: `http://localhost:${PORT}/`,
    viewport: { width: 1440, height: 900 },
    // Drawn in software, transitions take half of the time. race.spec.ts and toasts.spec.ts run with them.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: (await findBrowser()) ?? undefined, args: WEBGPU_ARGS },
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: `npx vite preview --port ${PORT} --strictPort`,
    port: PORT,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
