import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { initialiseBackend } from '../core/backend/backend.ts';
import type { BackendEnvironment } from '../core/backend/start/types.ts';
import type { BackendChoice } from '../core/settings/config.ts';
import { contestant } from '../core/experiments/contestant.ts';
import type { RaceEvent } from '../core/race/events.ts';
import { tinyConfig } from '../core/training/testing/tiny-config.ts';
import { LOAD_CANCELLED } from './api.ts';
import { Engine } from './engine.ts';

const CONFIG = tinyConfig([contestant('at'), contestant('arat')]);

/** An engine whose device goes away after the first training step of each of its first `losses` starts. */
function losing(losses: number) {
  const choices: BackendChoice[] = [];
  const starts: BackendEnvironment[] = [];
  const engine = new Engine('http://localhost/', { appVersion: '1' }, async (choice, environment = {}) => {
    choices.push(choice);
    starts.push(environment);
    return initialiseBackend(choice, environment);
  });
  const events: RaceEvent[] = [];
  let lost = 0;
  const onEvent = (e: RaceEvent) => {
    events.push(e);
    if (e.type === 'progress' && e.phase === 'train' && starts.length > lost && lost < losses)
      starts[lost++].onLost?.('The GPU device was lost: test.');
  };
  return { engine, choices, events, onEvent };
}

const result = (events: RaceEvent[]) => events.find((e) => e.type === 'result')!.result;
const numbers = (events: RaceEvent[]) =>
  result(events).runs.map(({ label, curves, gradientConflict, final }) => ({
    label,
    curves,
    gradientConflict,
    final,
  }));

describe('the engine', () => {
  it('given a device lost twice under a race, then the race continues from its kept state to the same numbers', async () => {
    const whole = losing(0);
    await whole.engine.initialise('wasm');
    await whole.engine.race('whole', CONFIG, whole.onEvent);
    const cut = losing(2);
    await cut.engine.initialise('wasm');
    await cut.engine.race('cut', CONFIG, cut.onEvent);
    expect(cut.choices).toEqual(['wasm', 'wasm', 'wasm']);
    expect(result(cut.events).status).toBe('complete');
    expect(numbers(cut.events)).toEqual(numbers(whole.events));
    const notes = cut.events.flatMap((e) => (e.type === 'note' ? [e.message] : []));
    expect(notes).toHaveLength(2);
    // Whether a state was kept before the first loss depends on the machine's speed.
    expect(notes[0]).toMatch(
      /was lost: test\. The race (starts from the beginning: no state|goes on from its last kept)/,
    );
    expect(cut.events.some((e) => e.type === 'error')).toBe(false);
  });

  it('given a device lost again and again, then the next backend takes over, and the result says which it was', async () => {
    const { engine, choices, events, onEvent } = losing(3);
    await engine.initialise('wasm');
    await engine.race('r', CONFIG, onEvent);
    expect(choices).toEqual(['wasm', 'wasm', 'wasm', 'cpu']);
    expect(result(events)).toMatchObject({ status: 'complete', backend: 'cpu' });
  });

  it('given no backend left, then the race fails with a sentence and there is no result', async () => {
    const { engine, events, onEvent } = losing(9);
    await engine.initialise('cpu');
    await engine.race('r', CONFIG, onEvent);
    expect(events.some((e) => e.type === 'result')).toBe(false);
    expect(events.at(-1)).toMatchObject({ type: 'state', state: 'failed' });
    expect(events.find((e) => e.type === 'error')).toMatchObject({ message: expect.stringMatching(/lost/) });
  });

  it('given a race that was stopped, when another engine resumes it, then it runs to its end; when resumed once more, then it is gone', async () => {
    const first = losing(0);
    await first.engine.initialise('wasm');
    const stop = vi.fn((e: RaceEvent) => {
      if (e.type === 'epoch' && e.point.epoch === 1) void first.engine.stop();
    });
    await first.engine.race('s', CONFIG, stop);
    const second = losing(0);
    await second.engine.initialise('wasm');
    await second.engine.race('s', CONFIG, second.onEvent, true);
    expect(result(second.events).status).toBe('complete');
    const third = losing(0);
    await third.engine.initialise('wasm');
    await third.engine.race('s', CONFIG, third.onEvent, true);
    expect(third.events.find((e) => e.type === 'error')).toMatchObject({
      message: expect.stringMatching(/no longer kept/),
    });
  });
});

describe('loading data', () => {
  it('given a load that hangs, when it is cancelled, then it rejects and what was loaded before stays', async () => {
    const { engine, events, onEvent } = losing(0);
    await engine.loadData('synthetic', null, () => {});
    const endless = {
      name: 'data_batch_1.bin',
      size: 3073,
      stream: () => new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(1)) }, { highWaterMark: 0 }),
    } as unknown as File;
    const hanging = engine.loadData('archive', [endless], () => void engine.cancelLoad());
    await expect(hanging).rejects.toThrow(LOAD_CANCELLED);
    await engine.initialise('wasm');
    await engine.race('r', CONFIG, onEvent);
    expect(result(events).status).toBe('complete');
  });
});
