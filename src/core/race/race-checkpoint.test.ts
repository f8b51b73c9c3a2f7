import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { initialiseBackend } from '../backend/backend.ts';
import { contestant } from '../experiments/contestant.ts';
import { RaceInterrupted } from './control.ts';
import type { RaceEvent } from './events.ts';
import { parseRaceResult } from '../result/results-schema.ts';
import { earlierText } from '../result/spread.ts';
import { openCheckpoint, type RaceCheckpoint } from './race-checkpoint.ts';
import type { RaceEnvironment } from './race.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { clockless, keeper, tinyRace, type Watch } from './testing/tiny-race.ts';

const CONFIG = tinyConfig([contestant('at'), contestant('trades'), contestant('arat')]);

function make(watch?: Watch, more: Partial<RaceEnvironment> = {}) {
  const { kept, checkpoints } = keeper();
  return { ...tinyRace(CONFIG, watch, { checkpoints, ...more }), kept };
}

async function whole(): Promise<ReturnType<typeof clockless>> {
  const { race } = make();
  const result = await race.run();
  race.dispose();
  return clockless(result.runs);
}

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

describe('a race with checkpoints', () => {
  it('given a race stopped anywhere, when it is resumed from what was kept, then every number is that of a race never stopped', async () => {
    const expected = await whole();
    // After which event the visitor presses Stop: within an evaluation, within an epoch, at an epoch's end, in the
    // final evaluation.
    const moments: ((e: RaceEvent) => boolean)[] = [
      (e) => e.type === 'epoch' && e.point.epoch === 0,
      (e) => e.type === 'conflict' && e.point.step === 2 && e.label === 'ARAT',
      (e) => e.type === 'epoch' && e.point.epoch === 1 && e.label === 'TRADES',
      (e) => e.type === 'final' && e.label === 'AT',
    ];
    for (const moment of moments) {
      const first = make((e, race) => {
        if (moment(e)) race.control.stop();
      });
      expect((await first.race.run()).status).toBe('stopped');
      first.race.dispose();
      const from = first.kept.at(-1)!;
      const second = make(() => {}, { from });
      const result = await second.race.run();
      second.race.dispose();
      expect(second.events[0]).toMatchObject({ type: 'restored', epoch: from.epoch });
      expect(result.status).toBe('complete');
      expect(clockless(result.runs)).toEqual(expected);
    }
  });

  it('given a race stopped on one backend, when it is resumed on another and then on that again, then result and checkpoint name both, and the result can be read', async () => {
    await initialiseBackend('cpu');
    const cpu = { backend: 'cpu', device: 'Plain JavaScript', arithmetic: 'cpu' } as const;
    const first = make((e, race) => {
      if (e.type === 'epoch' && e.point.epoch === 1) race.control.stop();
    }, cpu);
    expect((await first.race.run()).earlier).toBeUndefined();
    first.race.dispose();
    await initialiseBackend('wasm');
    const wasm = { backend: 'wasm', device: 'WebAssembly' } as const;
    const from = first.kept.at(-1)!;
    const second = make(
      (e, race) => {
        if (e.type === 'progress' && e.phase === 'train') race.control.stop();
      },
      { ...wasm, from },
    );
    const earlier = [{ ...cpu, steps: from.stepsDone }];
    expect((await second.race.run()).earlier).toEqual(earlier);
    second.race.dispose();
    const third = make(() => {}, { ...wasm, from: openCheckpoint(second.kept.at(-1)) });
    const result = await third.race.run();
    third.race.dispose();
    expect(result).toMatchObject({ status: 'complete', backend: 'wasm', earlier });
    expect(parseRaceResult(JSON.parse(JSON.stringify(result))).earlier).toEqual(earlier);
    expect(earlierText(result)).toEqual([
      `Computed up to step ${from.stepsDone} on Plain JavaScript, then on WebAssembly; steps are counted over all contestants and seeds.`,
    ]);
  });

  it('given a device that goes away, then the race rejects and reports no end, and can be resumed from the last round kept', async () => {
    const expected = await whole();
    let steps = 0;
    const first = make((e, race) => {
      if (e.type === 'progress' && e.phase === 'train' && ++steps === 1)
        setTimeout(() => race.control.interrupt('The GPU device was lost.'));
    });
    await expect(first.race.run()).rejects.toThrow(RaceInterrupted);
    first.race.dispose();
    expect(first.events.some((e) => e.type === 'result' || e.type === 'error')).toBe(false);
    const second = make(() => {}, { from: first.kept.at(-1) });
    expect(clockless((await second.race.run()).runs)).toEqual(expected);
    second.race.dispose();
  });

  it('given a store that refuses, then the race says so once and runs to its end', async () => {
    const { race, events } = make(() => {}, {
      checkpoints: { everySeconds: 0, keep: () => Promise.reject(new Error('no room')) },
    });
    expect((await race.run()).status).toBe('complete');
    race.dispose();
    const notes = events.flatMap((e) => (e.type === 'note' ? [e.message] : []));
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/no room/);
  });

  it('given a state that does not fit, then a sentence says why and nothing stays allocated', async () => {
    const { race, kept } = make((e, on) => {
      if (e.type === 'epoch') on.control.stop();
    });
    await race.run();
    race.dispose();
    const from = kept.at(-1)!;
    const before = tf.memory().numTensors;
    const refused: [RaceCheckpoint, RegExp][] = [
      [{ ...from, version: 99 as never }, /another version of this page \(99\)/],
      [{ ...from, config: { ...CONFIG, seed: 4 } }, /its settings are others/],
      [{ ...from, provenance: 'other data' }, /trained on "other data"/],
      [{ ...from, lanes: from.lanes.slice(1) }, /parts of it are missing/],
      [{ ...from, lanes: [...from.lanes].reverse() }, /does not fit this contestant/],
    ];
    for (const [damaged, message] of refused)
      expect(() => make(() => {}, { from: damaged })).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});
