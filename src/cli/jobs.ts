/** Decides how many lanes of an experiment train side by side, by cores, lanes and memory. */
import { availableParallelism, freemem } from 'node:os';
import { laneMegabytes } from '../core/experiments/memory.ts';
import type { BackendName, ExperimentConfig } from '../core/settings/config.ts';

export interface Machine {
  readonly cores: number;
  readonly freeMegabytes: number;
}

/** The cores and memory that the process may use, also within a container. */
export function thisMachine(): Machine {
  const constrained = process.constrainedMemory?.() ?? 0;
  const used = process.memoryUsage().rss;
  const limit = constrained > 0 && constrained < 2 ** 50 ? constrained - used : Infinity;
  return { cores: availableParallelism(), freeMegabytes: Math.min(freemem(), limit) / 1e6 };
}

export interface Jobs {
  readonly count: number;
  /** Why there are fewer jobs than asked for, or than cores; null if there are not. */
  readonly note: string | null;
}

/** `asked`: the option `--jobs`, if given. On a GPU lanes take turns, so that there is one job. */
export function jobsFor(
  config: ExperimentConfig,
  backend: BackendName,
  asked: number | undefined,
  machine: Machine = thisMachine(),
): Jobs {
  const lanes = config.contestants.length * config.repeats;
  const wanted = Math.min(asked ?? machine.cores, lanes);
  if (wanted === 1) return { count: 1, note: null };
  if (backend !== 'wasm' && backend !== 'cpu') {
    const note =
      asked === undefined ? null : `On ${backend} contestants take turns: --jobs ${asked} has no effect.`;
    return { count: 1, note };
  }
  const each = laneMegabytes(config);
  // A fifth of the memory stays free for everything else.
  const fit = Math.max(1, Math.floor((0.8 * machine.freeMegabytes) / each));
  if (fit >= wanted) return { count: wanted, note: null };
  const note =
    `${fit} of ${wanted} contestants are trained at a time: each needs up to ${each.toFixed(0)} MB, ` +
    `and ${machine.freeMegabytes.toFixed(0)} MB are free.`;
  return { count: fit, note };
}
