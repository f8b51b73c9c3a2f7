/** A race's workers in the page: how many the machine has cores and memory for, and what is said of them. */
import { isNode } from '../core/backend/is-node.ts';
import { laneMegabytes } from '../core/experiments/memory.ts';
import { Crew } from '../core/race/crew.ts';
import type { FromLaneWorker, OpenLaneWorker } from '../core/race/lane-protocol.ts';
import type { ExperimentConfig } from '../core/settings/config.ts';
import type { DeviceInfo } from './api.ts';

/** A worker that is not ready after so long is given up: the race takes turns. */
const PATIENCE_MS = 30_000;
/** Megabytes of a machine of which the browser does not say how much it has: Firefox, Safari. */
const UNKNOWN_MB = 4096;

export interface Cores {
  readonly cores: number;
  /** Of the whole machine. */
  readonly megabytes: number;
  /** Threads can share memory. */
  readonly isolated: boolean;
}

function thisMachine(): Cores {
  const { hardwareConcurrency = 1, deviceMemory } = navigator as Navigator & { deviceMemory?: number };
  const megabytes = deviceMemory === undefined ? UNKNOWN_MB : 1024 * deviceMemory;
  return { cores: hardwareConcurrency, megabytes, isolated: self.crossOriginIsolated };
}

/** Workers for the lanes of a race: at most half of the memory is theirs. */
export function workersFor(config: ExperimentConfig, { cores, megabytes }: Cores): number {
  const lanes = config.contestants.length * config.repeats;
  return Math.max(1, Math.min(lanes, cores, Math.floor(megabytes / 2 / laneMegabytes(config))));
}

/** `device`, with what its cores are for. */
export const onCoresWords = (device: string, contestants: number, cores: number): string =>
  `${device.replace(/ on \d+ CPU threads?/, '')}: ${contestants} contestants on ${cores} cores`;

export const openLaneWorker: OpenLaneWorker = (events) => {
  const worker = new Worker(new URL('./lane-worker.ts', import.meta.url), { type: 'module', name: 'lane' });
  worker.onmessage = ({ data }: MessageEvent<FromLaneWorker>) => events.message(data);
  worker.onmessageerror = () => events.died('a message could not be read');
  worker.onerror = (event) => {
    event.preventDefault?.();
    events.died(event.message || 'the worker could not be loaded');
  };
  return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
};

export type StartCrew = (config: ExperimentConfig, device: DeviceInfo) => Promise<Crew | null>;

/**
 * Workers for the lanes of a race on WASM, where there are cores and memory for two or more; else null, and the lanes
 * take turns. Rejects where no worker can be started.
 */
export const startCrew: StartCrew = async (config, { backend, arithmetic }) => {
  // On a GPU lanes take turns. Some browsers have no workers within workers.
  if (isNode() || typeof Worker === 'undefined' || backend !== 'wasm') return null;
  const machine = thisMachine();
  const count = workersFor(config, machine);
  if (count < 2) return null;
  const threads = machine.isolated ? Math.floor(machine.cores / count) : 1;
  return Crew.start(count, { open: openLaneWorker, backend, arithmetic, threads, patienceMs: PATIENCE_MS });
};
