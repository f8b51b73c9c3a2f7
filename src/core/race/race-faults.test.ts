/** A device that fails under a race: on WASM, with faults made to order. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { deviceFault } from '../backend/device-fault.ts';
import { contestant } from '../experiments/contestant.ts';
import { kernelThrows, readsReject, readsZeros, type Fault } from '../testing/faults.ts';
import { RaceInterrupted } from './control.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { clockless, keeper, tinyRace, type Watch } from './testing/tiny-race.ts';
import type { RaceEnvironment } from './race.ts';

const CONFIG = tinyConfig([contestant('at'), contestant('arat')]);

let fault: Fault | null = null;
beforeEach(async () => void (await initialiseBackend('wasm')));
afterEach(() => {
  fault?.repair();
  fault = null;
});

function make(watch: Watch = () => {}, more: Partial<RaceEnvironment> = {}) {
  const { kept, checkpoints } = keeper();
  return { kept, ...tinyRace(CONFIG, watch, { checkpoints, ...more }) };
}

/** Acts once: when the last contestant has been evaluated after `epoch` epochs. */
const after =
  (epoch: number, act: () => Fault): Watch =>
  (e) => {
    if (
      fault === null &&
      e.type === 'bn' &&
      e.point.epoch === epoch &&
      e.label === CONFIG.contestants[1].label
    )
      fault = act();
  };

describe('deviceFault', () => {
  it('given a device that works, then null; given one whose reads reject, then a sentence with the reason', async () => {
    expect(await deviceFault()).toBeNull();
    const before = tf.memory().numTensors;
    fault = readsReject();
    expect(await deviceFault()).toMatch(/does not compute any more: Buffer was unmapped/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('given a device that reads zeros, as a lost WebGL context does, then a sentence', async () => {
    fault = readsZeros();
    expect(await deviceFault()).toMatch(/1 \+ 2 gave 0/);
  });
});

describe('a race whose device fails', () => {
  it.each([
    ['reads reject', readsReject],
    ['reads give zeros', readsZeros],
  ] as const)(
    'given %s before the device is said to be lost, then the race is interrupted, not failed, and resumed it reaches the same numbers',
    async (_, break_) => {
      const whole = make();
      const expected = clockless((await whole.race.run()).runs);
      whole.race.dispose();
      const first = make(after(0, break_));
      await expect(first.race.run()).rejects.toThrow(RaceInterrupted);
      expect(first.events.some((e) => ['result', 'error', 'note'].includes(e.type))).toBe(false);
      fault!.repair();
      first.race.dispose();
      const second = make(() => {}, { from: first.kept.at(-1) });
      expect(clockless((await second.race.run()).runs)).toEqual(expected);
      second.race.dispose();
    },
  );

  it('given a kernel that throws on a device that works, then the race fails with its message and keeps what it has', async () => {
    const { race, events, kept } = make(
      after(1, () => kernelThrows('Multiply', 'memory access out of bounds', 20)),
    );
    const result = await race.run();
    race.dispose();
    expect(result.status).toBe('failed');
    expect(events.find((e) => e.type === 'error')).toMatchObject({
      message: 'memory access out of bounds',
    });
    expect(result.runs.map((r) => r.curves.length)).toEqual([2, 2]);
    expect(kept.at(-1)!.epoch).toBe(1);
  });
});
