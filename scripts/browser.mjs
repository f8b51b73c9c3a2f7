/**
 * Finds a Chrome or Chromium for the tests, or installs one if possible.
 * Order: $CHROME_PATH, an installed Chrome/Chromium, Playwright's own, `playwright install`, Debian's package.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const KNOWN_PATHS = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/opt/google/chrome/chrome',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    `${process.env.HOME}/Applications/Google Chrome.app/Contents/MacOS/Google Chrome`,
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
    .filter((name) => process.env[name])
    .map((name) => join(process.env[name], 'Google', 'Chrome', 'Application', 'chrome.exe')),
};

/** Flags for any test: Chromium does not start its sandbox for root. */
export const PLAIN_ARGS = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Flags that give headless Chromium a WebGPU adapter where there is no GPU. The page is then drawn more slowly. */
export const WEBGPU_ARGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  ...PLAIN_ARGS,
];

async function playwrightsOwn() {
  const { chromium } = await import('playwright-core');
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : null;
}

/** Path of an installed browser, or null. Installs nothing. Throws if CHROME_PATH names no file. */
export async function findBrowser() {
  if (process.env.CHROME_PATH) {
    if (!existsSync(process.env.CHROME_PATH))
      throw new Error(`CHROME_PATH is set to ${process.env.CHROME_PATH}, which does not exist.`);
    return process.env.CHROME_PATH;
  }
  const known = (KNOWN_PATHS[process.platform] ?? []).find((path) => existsSync(path));
  return known ?? (await playwrightsOwn());
}

function tryPlaywrightInstall() {
  console.log('No Chrome or Chromium found: installing Playwright’s Chromium …');
  const cli = join(createRequire(import.meta.url).resolve('playwright-core/package.json'), '..', 'cli.js');
  const result = spawnSync(process.execPath, [cli, 'install', 'chromium'], {
    stdio: 'inherit',
    timeout: 600_000,
  });
  return result.status === 0;
}

function tryDebianInstall() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return false;
  console.log('Installing Debian’s chromium package …');
  const options = {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 900_000,
  };
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options);
    return true;
  } catch {
    return false;
  }
}

/** Path of a browser, installed now if necessary. Throws Error, which says what to do, if none can be installed. */
export async function ensureBrowser() {
  const found = await findBrowser();
  if (found) return found;
  // Debian's package first for root on Debian (it brings its libraries); Playwright's download elsewhere.
  for (const install of process.getuid?.() === 0
    ? [tryDebianInstall, tryPlaywrightInstall]
    : [tryPlaywrightInstall]) {
    if (install()) {
      const path = await findBrowser();
      if (path) return path;
    }
  }
  throw new Error(
    'The tests need Chrome or Chromium 121 or newer and none could be installed. Install one ' +
      '(https://www.google.com/chrome, or `sudo apt-get install chromium`), or set CHROME_PATH to its program, and run again.',
  );
}
