import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findBrowser, WEBGPU_ARGS } from './scripts/browser.mjs';

const executablePath = (await findBrowser()) ?? undefined;

/** Real data for tests lies beside the project; null where it is absent, and those tests are skipped. */
const shared = resolve(process.env.ARAT_SHARED ?? '../shared');
const reference = join(shared, 'fixtures', 'reference-a');
const referenceFolder = existsSync(join(reference, 'index.json')) ? reference : null;

declare module 'vitest' {
  interface ProvidedContext {
    referenceFolder: string | null;
  }
}

const BROWSER = ['src/**/*.browser.test.ts'];
const ALL_UNIT = [
  'src/**/*.test.{ts,tsx}',
  'scripts/**/*.test.ts',
  'bench/**/*.test.ts',
  'scale/**/*.test.ts',
];
/** Tests that leave nothing behind for others: without a process for each file they take a third less time. */
const TOGETHER = [
  'snapshot',
  'core/settings',
  'core/result',
  'core/data',
  'core/experiments',
  'core/judge',
  'core/attacks',
].map((folder) => `src/${folder}/**/*.test.ts`);
const NODE = { environment: 'node', testTimeout: 180_000, hookTimeout: 180_000 } as const;

export default defineConfig({
  test: {
    // All cores: by default one of them stays free for an interactive session.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          ...NODE,
          name: 'unit',
          include: ALL_UNIT,
          exclude: [...BROWSER, ...TOGETHER],
        },
      },
      {
        test: {
          ...NODE,
          name: 'unit-together',
          include: TOGETHER,
          exclude: BROWSER,
          isolate: false,
        },
      },
      {
        // Found only when a test imports them, they would be prepared then and reload the page under the test.
        optimizeDeps: {
          include: [
            ...['core', 'backend-cpu', 'backend-wasm', 'backend-webgl', 'backend-webgpu'].map(
              (name) => `@tensorflow/tfjs-${name}`,
            ),
            'react',
            'react-dom/client',
          ],
        },
        server: { fs: { allow: ['.', shared] } },
        test: {
          name: 'browser',
          provide: { referenceFolder },
          include: ['src/**/*.browser.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath, args: WEBGPU_ARGS } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
