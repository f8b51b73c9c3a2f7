/** An engine on WASM whose device, worker and store fail to order, at any point where it lets messages in. */
import { initialiseBackend } from '../../core/backend/backend.ts';
import type { BackendEnvironment } from '../../core/backend/start/types.ts';
import { contestant } from '../../core/experiments/contestant.ts';
import { RaceControl } from '../../core/race/control.ts';
import type { RaceEvent } from '../../core/race/events.ts';
import { Lane } from '../../core/race/lane.ts';
import { digestOf } from '../../core/result/node-digest.ts';
import { tinyConfig } from '../../core/training/testing/tiny-config.ts';
import { CheckpointStore } from '../checkpoints.ts';
import { Engine } from '../engine.ts';

export const CONFIG = tinyConfig([contestant('at'), contestant('arat')]);

export type Phase = 'training' | 'evaluating';

let names = 0;
/** The name of a database that no test has used. */
export const freshName = (): string => `faulty-${names++}`;

export interface Tab {
  readonly engine: Engine;
  readonly store: CheckpointStore;
  readonly events: RaceEvent[];
  readonly onEvent: (e: RaceEvent) => void;
  /** The environments of the devices started so far. */
  readonly starts: BackendEnvironment[];
}

/** A tab and its worker, with the browser's storage `name`. */
export function openTab(name: string, start: typeof initialiseBackend = initialiseBackend): Tab {
  const starts: BackendEnvironment[] = [];
  const store = new CheckpointStore(name);
  const begin: typeof initialiseBackend = async (choice, environment = {}) => {
    starts.push(environment);
    return start(choice, environment);
  };
  const engine = new Engine('http://localhost/', { appVersion: '1' }, begin, store);
  const events: RaceEvent[] = [];
  return { engine, store, events, starts, onEvent: (e) => void events.push(e) };
}

export const never = (): Promise<never> => new Promise<never>(() => {});

/**
 * Calls `at` at each of the engine's yield points, counted from 0, before anything else happens there. What it returns
 * is waited for. Returns what ends this.
 */
export function atYields(at: (n: number, phase: Phase) => Promise<void> | void): () => void {
  const { yieldPoint } = RaceControl.prototype;
  const { advance } = Lane.prototype;
  let n = 0;
  let phase: Phase = 'training';
  Lane.prototype.advance = function (this: Lane) {
    phase = this.next === 'evaluate' || this.next === 'final' ? 'evaluating' : 'training';
    return advance.call(this);
  };
  RaceControl.prototype.yieldPoint = async function (this: RaceControl, round) {
    await at(n++, phase);
    return yieldPoint.call(this, round);
  };
  return () => {
    Lane.prototype.advance = advance;
    RaceControl.prototype.yieldPoint = yieldPoint;
  };
}

export const resultOf = ({ events }: Tab) => events.findLast((e) => e.type === 'result')?.result;
export const notesOf = ({ events }: Tab) => events.flatMap((e) => (e.type === 'note' ? [e.message] : []));
/** Label and digest of each run of the race that ended last. */
export const digestsOf = (tab: Tab) => resultOf(tab)?.runs.map((run) => `${run.label} ${digestOf(run)}`);

export interface Undisturbed {
  readonly digests: readonly string[];
  /** The phase at each yield point. */
  readonly phases: readonly Phase[];
}

/** Trains CONFIG without a fault. */
export async function trainUndisturbed(): Promise<Undisturbed & { readonly tab: Tab }> {
  const tab = openTab(freshName());
  const phases: Phase[] = [];
  const end = atYields((_, phase) => void phases.push(phase));
  try {
    await tab.engine.initialise('wasm');
    await tab.engine.race('whole', CONFIG, tab.onEvent);
  } finally {
    end();
  }
  return { tab, phases, digests: digestsOf(tab)! };
}

/** The numbers of the yield points in `phase`; none but these where it is left out. */
export const placesIn = ({ phases }: Undisturbed, phase?: Phase): number[] =>
  phases.flatMap((p, n) => (phase === undefined || p === phase ? [n] : []));

/** Runs `work` until its worker is killed at yield point `place`: nothing of it continues from there. */
export async function killedAt(place: number, work: () => Promise<unknown>): Promise<void> {
  let kill = () => {};
  const killed = new Promise<'killed'>((resolve) => (kill = () => resolve('killed')));
  const end = atYields((n) => {
    if (n !== place) return undefined;
    kill();
    return never();
  });
  try {
    const outcome = await Promise.race([killed, work().then(() => 'ended')]);
    if (outcome !== 'killed') throw new Error(`The work ended before yield point ${place}.`);
  } finally {
    end();
  }
}
