import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

const BROWSER = 'src/**/*.browser.test.ts';
const UNIT = ['src', 'scripts', 'bench', 'scale'].map((folder) => `${folder}/**/*.test.{ts,tsx}`);
/**
 * The test files of these folders share a process on each core, which loads the modules once: each file takes a second
 * less. A file that matches LEAVES_TRACES has a process of its own, since it could change other tests: it replaces
 * modules or globals, simulates the clock or keeps a database.
 */
const CORE = ['analysis', 'attacks', 'backend', 'data', 'experiments', 'formula', 'judge', 'nn', 'random'];
const TOGETHER = [
  ...['scripts', 'src/offline', 'src/snapshot', 'src/ui', 'src/worker'],
  ...[...CORE, 'result', 'settings'].map((folder) => `src/core/${folder}`),
];
const LEAVES_TRACES = /\bvi\.|fake-indexeddb|Object\.assign\(\s*globalThis|process\.env\.\w+ = /;
const together = TOGETHER.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file).replaceAll('\\', '/'))
    .filter((file) => /\.test\.tsx?$/.test(file) && !file.endsWith('.browser.test.ts'))
    .filter((file) => !LEAVES_TRACES.test(readFileSync(file, 'utf8'))),
);
const NODE = { environment: 'node', testTimeout: 180_000, hookTimeout: 180_000 } as const;

export default defineConfig({
  test: {
    // All cores: by default one of them stays free for an interactive session.
    maxWorkers: '100%',
    projects: [
      { test: { ...NODE, name: 'unit', include: UNIT, exclude: [BROWSER, ...together] } },
      { test: { ...NODE, name: 'unit-together', include: together, isolate: false } },
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
          include: [BROWSER],
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
