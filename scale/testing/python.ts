/**
 * The Python that runs scale/ in tests: `ARAT_PYTHON`, or Debian's, which has torch where python3-torch is installed.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

// One thread a process: the tests' machine is shared. No compiled files beside the sources. The last two are for
// Debian's PyTorch 2.6, which is built without libuv: torchrun asks for it wherever it makes a store of TCP.
const ENVIRONMENT = {
  ...process.env,
  OMP_NUM_THREADS: '1',
  PYTHONDONTWRITEBYTECODE: '1',
  USE_LIBUV: '0',
  TORCH_DISABLE_SHARE_RDZV_TCP_STORE: '1',
};

/**
 * The arguments for Python that run a module under torchrun on this machine. Its processes meet by a file. --redirects
 * and --tee are for torchrun 1.13 on Python 3.11, which does not read its own default for them.
 */
export const torchrun = (processes: number): string[] => [
  ...['-m', 'torch.distributed.run', '--redirects', '1', '--tee', '1'],
  ...['--nnodes=1', `--nproc_per_node=${processes}`],
  ...['--rdzv_backend=c10d', '--rdzv_conf=store_type=file', '--rdzv_id=tests'],
  `--rdzv_endpoint=${join(mkdtempSync(join(tmpdir(), 'rendezvous-')), 'store')}`,
];

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  /** Default: the project's folder. */
  readonly cwd?: string;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** SIGKILL ends it, and all that it started, once this is true of what it said. */
  readonly killWhen?: (stderr: string) => boolean;
}

/** Runs Python with these arguments. */
export const python = (args: readonly string[], running: Running = {}): Promise<Ended> =>
  started(PYTHON, args, running);

/**
 * Runs a command line in bash, whose `python3` is the Python of the tests. Bash reads ~/.bashrc if its input is a
 * socket, as Node's are; that may put another Python first.
 */
export function shell(command: string, running: Running = {}): Promise<Ended> {
  const bin = mkdtempSync(join(tmpdir(), 'bin-'));
  symlinkSync(
    execFileSync(PYTHON, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim(),
    join(bin, 'python3'),
  );
  const environment = {
    ...running.environment,
    PATH: `${bin}:${running.environment?.PATH ?? process.env.PATH}`,
  };
  return started('bash', ['--norc', '-c', command], { ...running, environment });
}

function started(
  program: string,
  args: readonly string[],
  { cwd = ROOT, input = '', environment = {}, killWhen }: Running,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
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
