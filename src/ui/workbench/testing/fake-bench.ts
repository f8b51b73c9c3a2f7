/** A workbench with fakes: a worker whose answers the test controls, a clock that it advances, storage in memory. */
import { createStore } from 'zustand/vanilla';
import type { RaceEvent } from '../../../core/race/events.ts';
import type { RaceResult } from '../../../core/result/results.ts';
import type { EngineApi } from '../../../worker/api.ts';
import type { RaceSummary } from '../../../worker/race-summary.ts';
import { INITIAL, type BenchState } from '../bench-state.ts';
import type { Engine } from '../parts.ts';
import { Workbench } from '../workbench.ts';

export interface Call {
  readonly method: keyof EngineApi;
  readonly args: readonly unknown[];
  /** Number of the worker that was asked, from 0. */
  readonly worker: number;
  answer(value?: unknown): void;
  fail(error: Error): void;
}

export const DEVICE = { backend: 'wasm', device: 'a test', gflops: 1, warnings: [], halfPrecision: false };
const DATA = { provenance: 'made up', classNames: [...'abcdefghij'], trainCount: 8, testCount: 8 };

type Held = 'initialise' | 'loadData';

/**
 * What the worker answers at once; undefined for other methods. Calls of `race`, `robustness` and the methods in `held`
 * wait until the test answers them.
 */
const ANSWERS: Partial<Record<keyof EngineApi, unknown>> = { initialise: DEVICE, loadData: DATA };

class FakeEngine {
  readonly calls: Call[] = [];
  readonly held = new Set<Held>();
  private worker = 0;
  private readonly pending = new Set<Call>();
  readonly api = new Proxy({} as EngineApi, {
    get:
      (_, method: keyof EngineApi) =>
      (...args: unknown[]) =>
        this.call(method, args),
  });

  private call(method: keyof EngineApi, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        this.pending.delete(call);
        how();
      };
      const call: Call = {
        method,
        args,
        worker: this.worker,
        answer: (value) => settle(() => resolve(value)),
        fail: (error) => settle(() => reject(error)),
      };
      this.calls.push(call);
      this.pending.add(call);
      if (method !== 'race' && method !== 'robustness' && !this.held.has(method as Held))
        call.answer(ANSWERS[method]);
    });
  }

  /** Ends the worker, and rejects its pending calls unless `silently`: then the test may still answer them. */
  end(message: string, silently = false): void {
    this.worker++;
    for (const call of silently ? [] : [...this.pending]) call.fail(new Error(message));
  }

  /** The last call of a method; throws if there was none. */
  last(method: keyof EngineApi): Call {
    const call = this.calls.findLast((c) => c.method === method);
    if (!call)
      throw new Error(`${method} was not called; called were: ${this.methods().join(', ') || 'none'}.`);
    return call;
  }

  methods(): string[] {
    return this.calls.map((c) => c.method);
  }

  count(method: keyof EngineApi): number {
    return this.calls.filter((c) => c.method === method).length;
  }
}

class FakeClock {
  private time = 0;
  private timers: { at: number; callback: () => void }[] = [];

  now = (): number => this.time;

  after = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.time + ms, callback };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((t) => t !== timer));
  };

  advance(ms: number): void {
    this.time += ms;
    const due = this.timers.filter((t) => t.at <= this.time);
    this.timers = this.timers.filter((t) => t.at > this.time);
    for (const { callback } of due) callback();
  }
}

/** Resolves once all pending promise callbacks have run. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

export function fakeBench() {
  const board = createStore<BenchState>(() => INITIAL);
  const fake = new FakeEngine();
  const clock = new FakeClock();
  const kept = new Map<string, RaceSummary>();
  const saved: RaceResult[] = [];
  /** The races that each deletion of kept states has spared. */
  const pruned: string[][] = [];
  const notes: string[] = [];
  /** Ids of the races that other tabs hold, and of the one that this tab holds. */
  const locks = { others: new Set<string>(), own: null as string | null };
  let crash: (why: string) => void = () => {};
  let restarts = 0;
  let ids = 0;
  const inUse = async () => new Set([...locks.others, ...(locks.own === null ? [] : [locks.own])]);
  const workbench = new Workbench({
    board,
    createEngine: (onCrash): Engine => {
      crash = onCrash;
      const restart = () => {
        restarts++;
        fake.end('The training worker was restarted.');
      };
      return { api: fake.api, restart, silentMs: () => 0, hasAnswered: () => true };
    },
    checkpoints: {
      list: async () => [...kept.values()],
      offered: async (used = new Set()) =>
        [...kept.values()].find((r) => !r.finished && !used.has(r.runId)) ?? null,
      forget: async (runId) => void kept.delete(runId),
      prune: async (used) => void pruned.push([...used]),
    },
    locks: {
      hold: async (runId) => {
        locks.own = locks.others.has(runId) ? null : runId;
        return locks.own !== null;
      },
      release: () => (locks.own = null),
      inUse,
    },
    runs: { save: async (result) => void saved.push(result) },
    notify: (kind, message) => void notes.push(`${kind}: ${message}`),
    clock,
    newId: () => `race-${++ids}`,
    build: { appVersion: 'test' },
  });
  const state = () => board.getState();

  const emit = (event: Record<string, unknown>, call = fake.last('race')) =>
    (call.args[2] as (e: RaceEvent) => void)({ runId: call.args[0], ...event } as RaceEvent);

  const train = async (): Promise<string> => {
    void workbench.train();
    await settled();
    emit({ type: 'state', state: 'running' });
    emit({ type: 'epoch', label: state().config.contestants[0].label, point: POINT });
    return state().runId;
  };
  const complete = async (): Promise<void> => {
    emit({ type: 'state', state: 'complete' });
    fake.last('race').answer();
    await settled();
  };

  return {
    workbench,
    engine: fake,
    clock,
    kept,
    saved,
    pruned,
    notes,
    locks,
    state,
    emit,
    restarts: () => restarts,
    /** Stores a kept state of race `runId`. */
    keep(runId: string, stepsDone = 5): void {
      const { config } = state();
      kept.set(runId, {
        runId,
        config,
        epoch: 1,
        stepsDone,
        stepsTotal: 10,
        savedAt: '2026-01-02T03:04:05Z',
      });
    },
    /** Lets the worker die, as `EngineClient` reports it. */
    die(silently = false): void {
      fake.end(DIED, silently);
      crash(DIED);
    },
    /** Starts a race and lets it run, with one point of its first contestant. Resolves to its id. */
    train,
    /** Ends the race under way as complete. */
    complete,
    /** Trains a race to its end, so that it is shown as complete. Resolves to its id. */
    async trained(): Promise<string> {
      const runId = await train();
      await complete();
      return runId;
    },
  };
}

export const DIED = 'The training worker stopped working (out of memory).';
export const POINT = { epoch: 0, step: 0, clean: 0.5, robust: 0.25 };
