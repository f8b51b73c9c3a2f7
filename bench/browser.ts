/** A browser, and pages built and served as visitors get them: minified, cross-origin isolated. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { build, preview, type InlineConfig } from 'vite';
import { findBrowser, PLAIN_ARGS, WEBGPU_ARGS } from '../scripts/browser.mjs';
import { ISOLATION } from '../src/offline/headers.ts';

export interface Site {
  readonly address: string;
  /** Where the built files lie. */
  readonly folder: string;
  close(): Promise<void>;
}

/** For the benchmark's own page, which needs none of the project's plugins. */
const BARE: InlineConfig = {
  configFile: false,
  base: './',
  publicDir: false,
  worker: { format: 'es' },
  build: { target: 'es2022' },
};

/** Builds `root` into a temporary folder and serves it: with the project's vite configuration, or as a bare page. */
export async function serve(root: string, kind: 'project' | 'bare'): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'arat-bench-'));
  const common: InlineConfig = {
    ...(kind === 'bare' ? BARE : { configFile: 'vite.config.ts' }),
    root,
    logLevel: 'error',
  };
  const outDir = { ...common.build, outDir: folder, emptyOutDir: true };
  await build({ ...common, build: outDir });
  const served = { port: 4390, open: false, headers: ISOLATION };
  const server = await preview({ ...common, build: outDir, preview: served });
  return {
    address: server.resolvedUrls?.local[0] ?? 'http://localhost:4390/',
    folder,
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Serves a folder that has been built already. */
export async function serveBuilt(folder: string): Promise<Site> {
  const server = await preview({
    configFile: false,
    root: folder,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { port: 4390, open: false, headers: ISOLATION },
  });
  return {
    address: server.resolvedUrls?.local[0] ?? 'http://localhost:4390/',
    folder,
    close: () => server.close(),
  };
}

/** `plain`: without WebGPU. `software`: with its software adapter. `gpu`: with the adapter of the machine's GPU. */
export type Kind = 'plain' | 'software' | 'gpu';

const ARGS: Readonly<Record<Kind, readonly string[]>> = {
  plain: PLAIN_ARGS,
  software: WEBGPU_ARGS,
  gpu: WEBGPU_ARGS.filter((a) => !a.startsWith('--use-webgpu-adapter')),
};

/** Starts the browser. Throws where there is none. */
export async function launch(kind: Kind): Promise<Browser> {
  const executablePath = await findBrowser();
  if (!executablePath) throw new Error('No Chrome or Chromium was found; set CHROME_PATH to its program.');
  return chromium.launch({ executablePath, args: [...ARGS[kind]] });
}
