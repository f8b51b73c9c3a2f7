/** States as they come back from a store: damaged, on other data, of the version before, of one lane alone. */
import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { subset } from '../data/subset.ts';
import { contestant } from '../experiments/contestant.ts';
import type { RunResult } from '../result/results.ts';
import { fuzz } from '../testing/fuzz.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { TINY_DATA } from '../training/testing/tiny-trainer.ts';
import type { LaneEvent } from './events.ts';
import { Lane } from './lane.ts';
import { plansOf, Race } from './race.ts';
import { openCheckpoint, type RaceCheckpoint } from './race-checkpoint.ts';
import { applyToRun, emptyRun } from './race-log.ts';
import { clockless, keeper, tinyRace } from './testing/tiny-race.ts';

const CONFIG = tinyConfig([contestant('at'), contestant('arat')]);
/**
 * Made by the version before lanes: two seeds, stopped within the second, and within the final evaluation of the
 * first.
 */
const OLD = deserialize(
  gunzipSync(readFileSync(new URL('testing/checkpoints-1.v8.gz', import.meta.url))),
) as { expected: RunResult[]; within: unknown; final: unknown };

const seeded = (runs: readonly RunResult[]) =>
  clockless(runs).map((run, i) => ({ ...run, seed: runs[i].seed }));

let state: RaceCheckpoint;
beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
  const { kept, checkpoints } = keeper();
  const { race } = tinyRace(
    CONFIG,
    (e, r) => {
      if (e.type === 'epoch' && e.point.epoch === 1) r.control.stop();
    },
    { checkpoints },
  );
  await race.run();
  race.dispose();
  state = kept.at(-1)!;
});

describe('a stored state of a race', () => {
  it('given it comes back whole, then it opens as it was', () => {
    expect(openCheckpoint(structuredClone(state))).toEqual(state);
  });

  /** Every place in the state, as a path of keys; in a typed array, an element. */
  function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
    if (ArrayBuffer.isView(value))
      return [
        [...path, 0],
        [...path, (value as Float32Array).length - 1],
      ];
    if (typeof value !== 'object' || value === null) return [path];
    return Object.entries(value).flatMap(([key, item]) => places(item, [...path, key]));
  }

  /** `state` with the value at `path` changed, or removed. */
  function damage(path: readonly (string | number)[], how: number): unknown {
    const copy = structuredClone(state);
    let at = copy as unknown as Record<string, unknown>;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
    const key = path.at(-1)!;
    const value = at[key];
    if (how === 0 && !ArrayBuffer.isView(at)) delete at[key];
    else if (typeof value === 'number') at[key] = value === 0 ? 1e-30 : value * (1 + 2 ** -(how % 20));
    else if (typeof value === 'boolean') at[key] = !value;
    else if (typeof value === 'string') at[key] = `${value} `;
    else at[key] = how % 2 ? undefined : 0;
    return copy;
  }

  fuzz(
    'given any one value of it changed or removed, then it is refused with a sentence',
    fc.tuple(fc.nat(), fc.nat(40)),
    ([n, how]) => {
      const all = places(state);
      try {
        openCheckpoint(damage(all[n % all.length], how));
      } catch (error) {
        expect((error as Error).message).toMatch(/^The interrupted race cannot go on: .*Start it again/);
        return 'refused';
      }
      throw new Error(`opened, with ${all[n % all.length].join('.')} changed`);
    },
    { short: 1500, reaches: ['refused'] },
  );

  it('given data of the same name and size with one other pixel, then a sentence says so; given the same data, then the race is resumed', () => {
    const environment = {
      runId: 'r',
      backend: 'wasm',
      device: 'test',
      appVersion: '0',
      emit: () => {},
    } as const;
    const images = TINY_DATA.train.images.map((byte) => byte ^ 1);
    const other = { ...TINY_DATA, train: { ...TINY_DATA.train, images } };
    expect(() => new Race(CONFIG, other, { ...environment, from: state })).toThrow(
      /trained on other images than those that are loaded now under the same name/,
    );
    new Race(CONFIG, { ...TINY_DATA }, { ...environment, from: state }).dispose();
  });

  it.each(['within', 'final'] as const)(
    'given one that the version before kept (%s), then it opens and every number is that of a race never stopped',
    async (name) => {
      const from = openCheckpoint(OLD[name]);
      expect(from.version).toBe(2);
      const { race, events } = tinyRace(from.config, undefined, { from });
      const result = await race.run();
      race.dispose();
      expect(result.status).toBe('complete');
      // The BatchNorm distances have another definition since; chance, verdicts of single images and the distance of
      // the features are new.
      const expected = OLD.expected.map(({ bn: _, curves, final, gradientConflict, ...run }) =>
        expect.objectContaining({
          ...run,
          curves: curves.map((point) => expect.objectContaining(point)),
          gradientConflict: gradientConflict.map((point) => expect.objectContaining(point)),
          final: expect.objectContaining(final),
        }),
      );
      expect(seeded(result.runs)).toEqual(expected);
      expect(events[0].type).toBe('restored');
    },
  );
});

it('given a lane alone, outside any race, then its run is the one that it has beside others', async () => {
  const { race } = tinyRace(CONFIG);
  const { runs } = await race.run();
  race.dispose();
  const plan = plansOf(CONFIG)[1];
  let run = emptyRun(plan.contestant);
  const tell = (message: LaneEvent | { type: 'progress' }) => {
    if (message.type !== 'progress') run = applyToRun(run, message);
  };
  const lane = new Lane(plan, subset(TINY_DATA, plan.config), { tell, pace: async () => {} });
  await lane.run();
  lane.dispose();
  expect(clockless([run])).toEqual(clockless([runs[1]]));
});
