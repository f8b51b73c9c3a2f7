/** The machine that a run was made on, in words and numbers. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Program and version, or null where none was found. */
  readonly browser: string | null;
  readonly date: string;
  /** `$BENCH_COMMIT` where it is set: a bundle has no history. */
  readonly commit: string | null;
  /** One-minute load average at the start: what else ran. */
  readonly load: number;
}

export function git(...args: string[]): string | null {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

function browserVersion(path: string | null): string | null {
  if (!path) return null;
  try {
    return execFileSync(path, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return path;
  }
}

export function describeMachine(browserPath: string | null): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown processor',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    browser: browserVersion(browserPath),
    date: new Date().toISOString(),
    commit: process.env.BENCH_COMMIT || git('rev-parse', '--short', 'HEAD'),
    load: loadavg()[0],
  };
}

export const printMachine = (m: Machine): string =>
  `${m.cpu}, ${m.cores} cores, ${m.memoryGiB} GiB, ${m.system}, Node ${m.node}, ${m.browser ?? 'no browser'}; ` +
  `load ${m.load.toFixed(1)} at the start`;
