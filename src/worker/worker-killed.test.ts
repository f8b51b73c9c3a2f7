/**
 * A worker that is killed, and the next one on the same storage: the numbers are those of a race that nothing
 * disturbed.
 */
import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, vi } from 'vitest';
import type { RobustnessOptions } from '../core/judge/plan.ts';
import type { RobustnessRow } from '../core/result/stress-report.ts';
import { fileFromBytes } from '../core/data/archive.ts';
import { records } from '../core/data/testing/cifar-records.ts';
import { drawn, type Pick } from '../core/testing/drawn.ts';
import { Datasets } from './datasets.ts';
import {
  CONFIG,
  digestsOf,
  freshName,
  killedAt,
  never,
  notesOf,
  openTab,
  placesIn,
  trainUndisturbed,
  type Phase,
  type Tab,
  type Undisturbed,
} from './testing/faulty-engine.ts';

vi.mock('../core/data/load.ts', async (original) =>
  (await import('./testing/loaded-once.ts')).loadedOnce(await original()),
);

const REPORT: RobustnessOptions = { n: 4, seed: 0, norm: 'linf', eps: 8 / 255, depth: 'look' };

/** Rows without what the clock says. */
const timeless = (rows: readonly RobustnessRow[]) => rows.map(({ seconds: _, ...row }) => row);

let whole: Undisturbed;
let report: readonly object[];
beforeAll(async () => {
  const { tab, ...rest } = await trainUndisturbed();
  whole = rest;
  report = timeless((await tab.engine.robustness(REPORT, () => {})).rows);
});

/** What the page does with the race when its worker has died. Resolves with what became of it. */
async function goesOn(
  name: string,
  config = CONFIG,
  prepare?: (tab: Tab) => Promise<unknown>,
): Promise<string> {
  const next = openTab(name);
  const offered = await next.store.offered();
  await next.engine.initialise('wasm');
  await prepare?.(next);
  await next.engine.race('r', config, next.onEvent, offered !== null);
  const restored = next.events.find((e) => e.type === 'restored');
  if (offered && offered.stepsTotal > 0) expect(restored).toMatchObject({ epoch: offered.epoch });
  else expect(restored).toBeUndefined();
  if (offered?.stepsTotal === 0)
    expect(notesOf(next)).toEqual([expect.stringMatching(/starts again from the beginning/)]);
  else expect(notesOf(next)).toEqual([]);
  expect(digestsOf(next)).toEqual(whole.digests);
  expect(await next.store.offered()).toBeNull();
  return restored ? 'gone on' : 'begun again';
}

const killedIn = (phase: Phase) => async (pick: Pick) => {
  const name = freshName();
  const dying = openTab(name);
  await dying.engine.initialise('wasm');
  await killedAt(pick(placesIn(whole, phase)), () => dying.engine.race('r', CONFIG, dying.onEvent));
  return goesOn(name);
};

describe('given a worker killed', () => {
  drawn(
    'while it prepares, when the next takes the race, then the whole of it is trained (fault: worker-killed-preparing)',
    3,
    async (pick) => {
      const name = freshName();
      let stuck = () => {};
      const reached = new Promise<void>((resolve) => (stuck = resolve));
      const hang = () => (stuck(), never());
      const where = pick(['the device starts', 'data loads', 'the race is noted'] as const);
      const dying = where === 'the device starts' ? openTab(name, hang) : openTab(name);
      if (where === 'data loads') vi.spyOn(Datasets.prototype, 'ensure').mockImplementationOnce(hang);
      if (where === 'the race is noted') dying.store.begin = hang;
      void dying.engine.race('r', CONFIG, dying.onEvent);
      await reached;
      return goesOn(name);
    },
  );

  drawn(
    'in training, when the next worker resumes, then it continues from the kept state (fault: worker-killed-training)',
    4,
    killedIn('training'),
    ['gone on'],
  );

  drawn(
    'in an evaluation, when the next worker resumes, then it continues from the kept state (fault: worker-killed-evaluating)',
    4,
    killedIn('evaluating'),
    ['gone on'],
  );

  drawn(
    'while it attacks in a stress test, then the rows reached were told, and the next judges the kept models the same (fault: worker-killed-attacking)',
    2,
    async (pick) => {
      const name = freshName();
      const dying = openTab(name);
      await dying.engine.initialise('wasm');
      await dying.engine.race('r', CONFIG, dying.onEvent);
      const rows: RobustnessRow[] = [];
      await killedAt(pick(Array.from({ length: 40 }, (_, i) => i)), () =>
        dying.engine.robustness(REPORT, (p) => void rows.push(...(p.rows ?? []))),
      );
      expect(report.slice(0, rows.length)).toEqual(timeless(rows));
      const next = openTab(name);
      await next.engine.adopt('r', CONFIG);
      expect(timeless((await next.engine.robustness(REPORT, () => {})).rows)).toEqual(report);
      return rows.length > 0 ? 'with rows' : 'without a row';
    },
  );
});

describe('given a browser without a private file system', () => {
  const labels = Array.from({ length: 40 }, (_, i) => i % 2);
  const files = [
    fileFromBytes('data_batch_1.bin', records(labels)),
    fileFromBytes('test_batch.bin', records(labels, 1, 7)),
  ] as unknown as File[];
  const config = { ...CONFIG, dataset: { ...CONFIG.dataset, source: 'archive' as const } };
  const load = (tab: Tab) => tab.engine.loadData('archive', files, () => {});
  let before: Undisturbed;
  beforeAll(async () => {
    before = whole;
    const tab = openTab(freshName());
    await tab.engine.initialise('wasm');
    await load(tab);
    await tab.engine.race('whole', config, tab.onEvent);
    whole = { ...whole, digests: digestsOf(tab)! };
    return () => void (whole = before);
  });

  drawn(
    'when the worker of an archive’s race dies, then the next is given the file again and continues (fault: opfs-gone)',
    2,
    async (pick) => {
      const name = freshName();
      const dying = openTab(name);
      await dying.engine.initialise('wasm');
      await load(dying);
      await killedAt(pick(placesIn(whole)), () => dying.engine.race('r', config, dying.onEvent));
      return goesOn(name, config, load);
    },
  );
});
