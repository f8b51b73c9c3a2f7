import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { setStepCapture, type StepCapture } from '../backend/step-capture.ts';
import { METHOD_IDS } from '../settings/config.ts';
import { contestant } from '../experiments/contestant.ts';
import type { RaceEvent } from './events.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { tinyRace, type Watch } from './testing/tiny-race.ts';

const CONFIG = { ...tinyConfig(METHOD_IDS.map((id) => contestant(id))), repeats: 1 };
const PROGRAMS = 3;

/**
 * A device that compiles aside, on a backend that computes at once: a rehearsal really runs, and must leave no trace.
 */
const compiler: StepCapture = {
  compilesAside: true,
  async compile(rehearsal, onProgress) {
    const tensors = tf.memory().numTensors;
    rehearsal();
    expect(tf.memory().numTensors).toBe(tensors);
    for (let done = 1; done <= PROGRAMS; done++) await onProgress(done, PROGRAMS);
  },
  fitsOneBinding: () => false,
  input: (values, shape) => tf.tensor(values, [...shape]),
  write: () => {},
  copies: (tensors) => tensors.map((t) => tf.clone(t)),
  capture: (_, step) => ({ outputs: step(), recording: null }),
};

async function run(watch?: Watch) {
  const { race, events } = tinyRace(CONFIG, watch);
  const { status, runs } = await race.run();
  race.dispose();
  return { status, events, curves: runs.map((r) => r.curves) };
}

const messages = (events: readonly RaceEvent[]): unknown[] =>
  events.flatMap((e) => (e.type === 'state' && e.state === 'preparing' ? [e.message] : []));

describe('a race on a device that compiles aside', () => {
  beforeAll(async () => {
    expect((await initialiseBackend('wasm')).backend).toBe('wasm');
  });
  afterEach(() => setStepCapture(null));

  it('given every method, then programs are compiled first, said one by one, and no number changes by it', async () => {
    const without = await run();
    setStepCapture(compiler);
    const compiled = await run();
    expect(messages(without.events)).toEqual([]);
    expect(messages(compiled.events)).toEqual(
      [1, 2, 3].map((n) => `Compiling GPU programs: ${n} of ${PROGRAMS}`),
    );
    expect(compiled.events.findIndex((e) => e.type === 'epoch')).toBeGreaterThan(PROGRAMS);
    expect(compiled.status).toBe('complete');
    expect(compiled.curves).toEqual(without.curves);
  });

  it('given a stop while it compiles, then the race is stopped before its first step', async () => {
    setStepCapture(compiler);
    const { status, events } = await run((e, race) => {
      if (e.type === 'state' && e.state === 'preparing') race.control.stop();
    });
    expect(status).toBe('stopped');
    expect(messages(events)).toHaveLength(1);
    expect(events.some((e) => e.type === 'epoch')).toBe(false);
  });

  it('given a device that refuses a program, then the race fails and says which', async () => {
    setStepCapture({
      ...compiler,
      compile: () => Promise.reject(new Error("The GPU refused the program 'conv2d': no")),
    });
    const { status, events } = await run();
    expect(status).toBe('failed');
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'error', message: expect.stringMatching(/'conv2d'/) }),
    );
  });
});
