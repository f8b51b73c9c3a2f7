/** Whole races by wall clock: our command, PyTorch's (pytorch/race.py), and the built page. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import type { ExperimentConfig } from '../src/core/settings/config.ts';
import { writeWhole } from '../src/core/node-files.ts';
import { showSettings } from './show-settings.ts';
import { readAnswer, whyItEnded } from './pytorch.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export interface Raced {
  readonly seconds: number;
  /** Processor time of all threads, in seconds: the same however busy the machine is; null where it is not known. */
  readonly cpuSeconds: number | null;
  /** What computed it, in words. */
  readonly device: string;
  /** Final accuracy under attack by contestant: shows that the same work was done. */
  readonly robust: Readonly<Record<string, number>>;
}

/** Seconds of processor time of a shell's children, which `times` prints on its last line as `1m2.5s 0m0.2s`. */
export function readTimes(printed: string): number {
  const line = printed.trim().split('\n').at(-1) ?? '';
  const parts = [...line.matchAll(/(\d+)m([\d.,]+)s/g)];
  if (parts.length !== 2) throw new Error(`The shell was to print processor times, and said: ${line}`);
  return parts.reduce((sum, [, m, s]) => sum + 60 * Number(m) + Number(s.replace(',', '.')), 0);
}

/** Runs a command to its end; returns what it printed, then its times. Throws its last words where it fails. */
function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const shell = ['-c', '"$@" || exit; times', 'sh', program, ...args];
    const child = spawn('sh', shell, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => (stdout += data));
    child.stderr.on('data', (data) => (stderr += data));
    child.once('error', (error) => reject(new Error(whyItEnded(program, 'did not start', error.message))));
    child.once('close', (code) =>
      code === 0
        ? resolve(stdout)
        : reject(new Error(whyItEnded(program, `ended with code ${code ?? 'none'}`, stderr))),
    );
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'arat-race-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `npm run experiment`, from its start to its end, with so many lanes at a time. `options` choose the experiment. */
export function ourRace(options: readonly string[], jobs: number): Promise<Raced> {
  return inFolder(async (folder) => {
    const out = join(folder, 'result.json');
    const script = here('../src/cli/experiment.ts');
    const args = ['--import', 'tsx', script, ...options, '--backend=wasm', `--jobs=${jobs}`, '--out', out];
    const begun = performance.now();
    const cpuSeconds = readTimes(await output(process.execPath, args));
    const seconds = (performance.now() - begun) / 1000;
    const { device, runs } = JSON.parse(readFileSync(out, 'utf8')) as {
      device: string;
      runs: { label: string; final: { robust: number } }[];
    };
    return {
      seconds,
      cpuSeconds,
      device,
      robust: Object.fromEntries(runs.map((r) => [r.label, r.final.robust])),
    };
  });
}

/** The same race by scale/ in one process with so many threads. Throws in one sentence where that cannot run. */
export function pytorchRace(python: string, config: ExperimentConfig, threads: number): Promise<Raced> {
  return inFolder(async (folder) => {
    const file = join(folder, 'experiment.json');
    writeWhole(file, JSON.stringify(config));
    const begun = performance.now();
    const printed = await output(python, ['-B', here('pytorch/race.py'), file, String(threads)]);
    const seconds = (performance.now() - begun) / 1000;
    const { device, robust } = readAnswer<Pick<Raced, 'device' | 'robust'>>(printed.split('\n')[0]);
    return { seconds, cpuSeconds: readTimes(printed), device, robust };
  });
}

/**
 * The quick race on synthetic images, with so many epochs, in the page at `address`, on WASM, from the click on Train
 * to its end. Without `isolated`, threads cannot share memory.
 */
export async function pageRace(
  browser: Browser,
  address: string,
  isolated: boolean,
  { epochs, testSize }: { readonly epochs: number; readonly testSize: number },
): Promise<Raced> {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  try {
    if (!isolated)
      await context.route(address, async (route) => {
        const response = await route.fetch();
        const kept = Object.entries(response.headers()).filter(([name]) => !name.startsWith('cross-origin-'));
        await route.fulfill({ response, headers: Object.fromEntries(kept) });
      });
    const page = await context.newPage();
    await page.goto(address);
    if ((await page.evaluate(() => crossOriginIsolated)) !== isolated)
      throw new Error(`The page is${isolated ? ' not' : ''} cross-origin isolated.`);
    await showSettings(page);
    const experiment = page.locator('#experiment');
    for (const name of ['Data', 'Optimiser and schedule', 'Where it runs']) {
      const fold = experiment.getByRole('button', { name, exact: true });
      if ((await fold.getAttribute('aria-expanded')) !== 'true') await fold.click();
    }
    await experiment.getByText('Quick', { exact: true }).click();
    await experiment.getByLabel('Dataset', { exact: true }).selectOption('synthetic');
    for (const [label, value] of [
      ['Test images', testSize],
      ['Epochs', epochs],
    ] as const) {
      const field = experiment.getByLabel(label, { exact: true });
      if ((await field.inputValue()) === String(value)) continue;
      await field.fill(String(value));
      await field.blur();
    }
    await experiment.getByLabel('Backend').selectOption('wasm');
    await experiment.getByText(/self-test passed/).waitFor({ timeout: 120_000 });
    const begun = performance.now();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    const state = page.getByTestId('race-state');
    await state.getByText(/^(Complete|Failed)$/).waitFor({ timeout: 1_200_000 });
    const seconds = (performance.now() - begun) / 1000;
    if ((await state.textContent()) !== 'Complete') throw new Error('The race in the page failed.');
    const onCores = page.getByText(/contestants on \d+ cores/);
    const shown = (await onCores.count()) > 0 ? onCores : page.getByText(/WebAssembly (on|with)/);
    const words = (await shown.first().textContent()) ?? '';
    return {
      seconds,
      cpuSeconds: null,
      device: /WebAssembly [^.(]*/.exec(words)?.[0].trim() ?? words,
      robust: {},
    };
  } finally {
    await context.close();
  }
}
