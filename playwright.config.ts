import { defineConfig } from '@playwright/test';
import { UNFOLDED } from './e2e/folds.ts';
import { findBrowser, PLAIN_ARGS } from './scripts/browser.mjs';

/** Two checkouts may test at the same time on different ports. */
const PORT = Number(process.env.E2E_PORT ?? 4317);

export default defineConfig({
  testDir: 'e2e',
  timeout: 300_000,
  expect: { timeout: 30_000 },
  // A test waits for the page as much as the page computes.
  workers: 2,
  // On a busy machine a browser sometimes stops answering. A test that passes on its second try is reported as flaky.
  retries: 1,
  use: {
    baseURL: `http://localhost:${PORT}/`,
    // See e2e/folds.ts; a test of the page as it first stands uses FIRST_VISIT.
    storageState: {
      cookies: [],
      origins: [{ origin: `http://localhost:${PORT}`, localStorage: [UNFOLDED] }],
    },
    viewport: { width: 1440, height: 900 },
    // One would fetch the whole page again after each load, and answer requests that a test routes.
    // The specs about it allow it.
    serviceWorkers: 'block',
    // Drawn in software, transitions take half of the time. race.spec.ts and toasts.spec.ts run with them.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: (await findBrowser()) ?? undefined, args: PLAIN_ARGS },
    screenshot: 'only-on-failure',
    actionTimeout: 60_000,
  },
  webServer: {
    command: `npx vite preview --port ${PORT} --strictPort`,
    port: PORT,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
