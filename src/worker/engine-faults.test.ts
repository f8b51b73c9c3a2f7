/** A device, a worker and a store that fail around the engine: faults made to order, on WASM and CPU. */
import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import type { RobustnessOptions } from '../core/judge/plan.ts';
import { initialiseBackend } from '../core/backend/backend.ts';
import type { BackendEnvironment } from '../core/backend/start/types.ts';
import { contestant } from '../core/experiments/contestant.ts';
import { kernelThrows, readsReject, type Fault } from '../core/testing/faults.ts';
import type { RaceEvent } from '../core/race/events.ts';
import { tinyConfig } from '../core/training/testing/tiny-config.ts';
import { CheckpointStore } from './checkpoints.ts';
import { Engine } from './engine.ts';
import type { ExampleRequest } from './viewer.ts';

const CONFIG = tinyConfig([contestant('at'), contestant('arat')]);
const EXAMPLE: ExampleRequest = {
  index: 1,
  attack: 'pgd-20',
  norm: 'linf',
  eps: 8 / 255,
  iterations: 2,
  seed: 0,
};
const REPORT: RobustnessOptions = { n: 4, seed: 0, norm: 'linf', eps: 8 / 255, depth: 'look' };

let faults: Fault[] = [];
afterEach(() => {
  faults.forEach((f) => f.repair());
  faults = [];
});

let stores = 0;

/** An engine whose device can be lost at will, and what it has started. */
function engineWith(store = new CheckpointStore(`faults-${stores++}`)) {
  const starts: BackendEnvironment[] = [];
  const engine = new Engine(
    'http://localhost/',
    { appVersion: '1' },
    async (choice, environment = {}) => {
      starts.push(environment);
      return initialiseBackend(choice, environment);
    },
    store,
  );
  const events: RaceEvent[] = [];
  const lose = () => starts.at(-1)!.onLost!('The GPU device was lost: test.');
  return { engine, store, starts, events, lose, onEvent: (e: RaceEvent) => void events.push(e) };
}

type Made = ReturnType<typeof engineWith>;

const result = (events: RaceEvent[]) => events.findLast((e) => e.type === 'result')?.result;
const numbers = (events: RaceEvent[]) =>
  result(events)?.runs.map(({ label, curves, gradientConflict, final }) => ({
    label,
    curves,
    gradientConflict,
    final,
  }));
const notes = (events: RaceEvent[]) => events.flatMap((e) => (e.type === 'note' ? [e.message] : []));

/** Does something once, at the first event that `when` accepts. */
function once(made: Made, when: (e: RaceEvent) => boolean, act: () => void): (e: RaceEvent) => void {
  let done = false;
  return (e) => {
    made.onEvent(e);
    if (done || !when(e)) return;
    done = true;
    act();
  };
}

const epochOver =
  (epoch: number) =>
  (e: RaceEvent): boolean =>
    e.type === 'bn' && e.point.epoch === epoch && e.label === CONFIG.contestants[1].label;

async function trained(): Promise<Made> {
  const made = engineWith();
  await made.engine.initialise('wasm');
  await made.engine.race('whole', CONFIG, made.onEvent);
  return made;
}

describe('a device that goes while nothing runs', () => {
  it('given a finished race, when a model is looked at, then device and models are back with the same example; and the next race is the same (fault: device-lost-idle)', async () => {
    const made = await trained();
    const { engine, starts, lose } = made;
    const before = await engine.example(EXAMPLE);
    lose();
    const after = await engine.example(EXAMPLE);
    expect(starts).toHaveLength(2);
    expect(after).toEqual(before);
    // Nobody says so this time: the look finds out.
    readsReject();
    expect(await engine.example(EXAMPLE)).toEqual(before);
    expect(starts).toHaveLength(3);
    lose();
    const first = numbers(made.events);
    await engine.race('next', CONFIG, made.onEvent);
    expect(starts).toHaveLength(4);
    expect(numbers(made.events)).toEqual(first);
    expect(notes(made.events)).toEqual([
      expect.stringMatching(/was lost: test.*started again before the race/),
    ]);
  });

  it('given a device that another has replaced, when it is lost, then the race on the other is not touched', async () => {
    const made = engineWith();
    await made.engine.initialise('cpu');
    await made.engine.initialise('wasm');
    const onEvent = once(made, epochOver(0), () => made.starts[0].onLost!('an old device'));
    await made.engine.race('r', CONFIG, onEvent);
    expect(made.starts).toHaveLength(2);
    expect(notes(made.events)).toEqual([]);
    expect(result(made.events)?.status).toBe('complete');
  });
});

describe('a stress test', () => {
  it('given a device lost under it, then it rejects with the reason after its rows, and a second one is whole', async () => {
    const { engine, lose } = await trained();
    const rows: string[] = [];
    const report = engine.robustness(REPORT, (p) => {
      rows.push(...(p.rows ?? []).map((r) => `${r.attack} ${r.label}`));
      if (rows.length !== 3) return;
      readsReject();
      lose();
    });
    await expect(report).rejects.toThrow(/was lost: test.*start it again/);
    expect(rows).toHaveLength(3);
    expect((await engine.robustness(REPORT, () => {})).complete).toBe(true);
  });

  it.each([
    ['a race begins', (m: Made) => m.engine.race('next', CONFIG, m.onEvent)],
    ['another backend is chosen', (m: Made) => m.engine.initialise('cpu')],
  ])('given %s under it, then it ends with the rows it has, marked as not complete', async (_, act) => {
    const made = await trained();
    let other: Promise<unknown> | null = null;
    const report = await made.engine.robustness(REPORT, (p) => {
      if (p.rows) other ??= act(made);
    });
    await other;
    expect(report.complete).toBe(false);
    expect(report.rows.length).toBeGreaterThan(0);
  });
});

describe('a race', () => {
  it('given a kernel that throws, then the result is kept as failed with its curves, and the race resumed from its state reaches the same numbers', async () => {
    const whole = await trained();
    const made = engineWith();
    await made.engine.initialise('wasm');
    const fail = () => faults.push(kernelThrows('Multiply', 'memory access out of bounds', 20));
    await made.engine.race('f', CONFIG, once(made, epochOver(1), fail));
    expect(result(made.events)?.status).toBe('failed');
    expect(result(made.events)?.runs.map((r) => r.curves.length)).toEqual([2, 2]);
    expect(await made.store.offered()).toMatchObject({ runId: 'f', epoch: 1 });
    faults.forEach((f) => f.repair());
    await made.engine.race('f', CONFIG, made.onEvent, true);
    expect(numbers(made.events)).toEqual(numbers(whole.events));
  });

  it('given a kernel that throws before a state is kept, then nothing is offered', async () => {
    const made = engineWith();
    await made.engine.initialise('wasm');
    const fail = () => faults.push(kernelThrows('Multiply'));
    await made.engine.race(
      'f',
      CONFIG,
      once(made, (e) => e.type === 'backend', fail),
    );
    expect(made.events.at(-1)).toMatchObject({ type: 'state', state: 'failed' });
    expect(await made.store.offered()).toBeNull();
  });

  it('given a worker cut off before a state is kept, then the race is offered, and begins again to the same numbers, and says so', async () => {
    const whole = await trained();
    const cut = engineWith();
    await cut.engine.initialise('wasm');
    const events: RaceEvent[] = [];
    let offered: unknown = null;
    const onEvent = (e: RaceEvent) => {
      events.push(e);
      if (e.type === 'state' && e.state === 'running')
        void cut.store.offered().then((race) => (offered = race));
    };
    // What the store holds at this moment is what a new tab finds.
    const copy = new CheckpointStore(`faults-${stores++}`);
    await cut.engine.race('c', CONFIG, onEvent);
    expect(offered).toMatchObject({ runId: 'c', stepsTotal: 0 });
    await copy.begin('c', CONFIG);
    const next = engineWith(copy);
    await next.engine.initialise('wasm');
    await next.engine.race('c', CONFIG, next.onEvent, true);
    expect(notes(next.events)).toEqual([expect.stringMatching(/starts again from the beginning/)]);
    expect(numbers(next.events)).toEqual(numbers(whole.events));
  });

  it('given a paused race whose device is lost, then it waits on the new one, and continues when it is resumed', async () => {
    const made = engineWith();
    await made.engine.initialise('wasm');
    let again = 0;
    const pausing = once(made, epochOver(0), () => void made.engine.pause());
    const onEvent = (e: RaceEvent) => {
      pausing(e);
      if (e.type !== 'state' || e.state !== 'paused') return;
      again++;
      setTimeout(() => (again === 1 ? made.lose() : void made.engine.resume()));
    };
    await made.engine.race('p', CONFIG, onEvent);
    expect(again).toBe(2);
    expect(result(made.events)?.status).toBe('complete');
  });

  it('given a stop while the device starts again, then the race stops', async () => {
    const made = engineWith();
    await made.engine.initialise('wasm');
    const onEvent = once(made, epochOver(0), () => {
      made.lose();
      void made.engine.stop();
    });
    await made.engine.race('s', CONFIG, onEvent);
    expect(result(made.events)?.status).toBe('stopped');
    expect((await made.store.offered())?.runId).toBe('s');
  });
});

describe('a race that another one has replaced', () => {
  it('given its kept state, when it is adopted again, then its models answer as before; adopting it twice changes nothing', async () => {
    const { engine, store, onEvent } = await trained();
    const before = await engine.example(EXAMPLE);
    await engine.race('other', { ...CONFIG, seed: 1 }, onEvent);
    expect(await engine.example(EXAMPLE)).not.toEqual(before);
    expect(await store.read('whole')).not.toBeNull();
    await engine.adopt('whole', CONFIG);
    expect(await engine.example(EXAMPLE)).toEqual(before);
    await engine.adopt('whole', CONFIG);
    expect(await engine.example(EXAMPLE)).toEqual(before);
  });
});

describe('a worker that is new', () => {
  it('given a finished race of the worker before, when it is adopted, then its models answer as before', async () => {
    const { engine, store } = await trained();
    const before = await engine.example(EXAMPLE);
    const next = engineWith(store);
    await next.engine.adopt('whole', CONFIG);
    expect(await next.engine.example(EXAMPLE)).toEqual(before);
  });

  it('given a race of which nothing is kept, then a sentence says that the models are gone', async () => {
    const next = engineWith();
    await next.engine.adopt('gone', CONFIG);
    await expect(next.engine.example(EXAMPLE)).rejects.toThrow(/models are gone.*train again/);
  });
});

describe('a race in which every contestant diverges', () => {
  it('given kept states of it, then it is not offered for resuming', async () => {
    const made = engineWith();
    await made.engine.initialise('wasm');
    const wild = contestant('arat', { invarianceWeight: 1000, metric: 'mse' });
    await made.engine.race('wild', tinyConfig([wild]), made.onEvent);
    expect(result(made.events)?.status).toBe('failed');
    expect(await made.store.read('wild')).not.toBeNull();
    expect(await made.store.offered()).toBeNull();
  });
});
