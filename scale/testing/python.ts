/**
 * The Python that runs scale/ in tests: `ARAT_PYTHON`, or Debian's, which has torch where python3-torch is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DEBIAN = '/usr/bin/python3';
export const PYTHON = process.env.ARAT_PYTHON ?? (existsSync(DEBIAN) ? DEBIAN : 'python3');

/** The folder in which `python -m scale.train` works. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A folder of ../shared, or null where it is absent. */
export function sharedFolder(...parts: string[]): string | null {
  const folder = join(process.env.ARAT_SHARED ?? join(ROOT, '../shared'), ...parts);
  return existsSync(folder) ? folder : null;
}

const missing = spawnSync(PYTHON, ['-c', 'import torch, numpy'], { encoding: 'utf8' });
/** Null where Python has what scale/ needs, otherwise why its tests are skipped. */
export const WHY_NOT =
  missing.status === 0
    ? null
    : `Skipped: scale/ needs torch and numpy in ${PYTHON} (set ARAT_PYTHON): ` +
      (missing.error?.message ?? missing.stderr.trim().split('\n').at(-1));

// One thread a process: the tests' machine is shared. -B leaves no compiled files beside the sources.
const ENVIRONMENT = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' };

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs Python with these arguments in the project's folder, or in `cwd`. With `killWhen`, SIGKILL ends it once that is
 * true of what it said.
 */
export function python(
  args: readonly string[],
  {
    cwd = ROOT,
    input = '',
    environment = {},
    killWhen,
  }: {
    cwd?: string;
    input?: string;
    environment?: Readonly<Record<string, string>>;
    killWhen?: (stderr: string) => boolean;
  } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(PYTHON, args, {
      cwd,
      env: { ...ENVIRONMENT, ...environment },
      detached: killWhen !== undefined,
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => (stdout += data));
    child.stderr.on('data', (data) => {
      stderr += data;
      // The whole group: torchrun's workers would live on.
      if (killWhen?.(stderr) && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    });
    child.once('error', reject);
    child.stdin.end(input);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}
