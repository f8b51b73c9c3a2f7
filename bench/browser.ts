/** A browser, and pages built and served as visitors get them: minified, cross-origin isolated. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { build, preview } from 'vite';
import { findBrowser, WEBGPU_ARGS } from '../scripts/browser.mjs';

export interface Site {
  readonly address: string;
  /** Where the built files lie. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Builds the vite project at `root` into a temporary folder with the project's own configuration, and serves it. */
export async function serve(root: string, publicDir: boolean): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'arat-bench-'));
  const common = { root, configFile: 'vite.config.ts', logLevel: 'error' as const };
  const outDir = { outDir: folder, emptyOutDir: true };
  await build({ ...common, ...(publicDir ? {} : { publicDir: false }), build: outDir });
  const server = await preview({ ...common, build: outDir, preview: { port: 4390, open: false } });
  return {
    address: server.resolvedUrls?.local[0] ?? 'http://localhost:4390/',
    folder,
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const withoutSoftware = WEBGPU_ARGS.filter((a) => !a.startsWith('--use-webgpu-adapter'));

/** Starts the browser; with `software`, its WebGPU is the software adapter, else the machine's own. Throws where there is none. */
export async function launch(software: boolean): Promise<Browser> {
  const executablePath = await findBrowser();
  if (!executablePath) throw new Error('No Chrome or Chromium was found; set CHROME_PATH to its program.');
  return chromium.launch({ executablePath, args: software ? WEBGPU_ARGS : withoutSoftware });
}
