/** Reproducing runs of others: it ends in a race that trains, or in a choice of ways that do. */
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RaceResult } from '../../core/result/results.ts';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import { decodeSnapshot } from '../../snapshot/decode.ts';
import { encodeBrief, encodeSnapshot } from '../../snapshot/encode.ts';
import { SnapshotError } from '../../snapshot/limits.ts';
import { edited } from '../experiment/edited.ts';
import { configError } from '../workbench/race-rules.ts';
import { waysToData } from './data-ways.ts';

const worker = vi.hoisted(() => {
  const window = { location: { hash: '', href: 'http://localhost/' } };
  Object.assign(globalThis, { __APP_VERSION__: 'test', __COMMIT__: '', window });
  Object.assign(globalThis, { document: { baseURI: 'http://localhost/' } });
  return { races: [] as { dataset: { source: string } }[] };
});
vi.mock('../../worker/client.ts', () => ({
  createEngineClient: () => ({
    api: {
      initialise: () => Promise.resolve({ backend: 'cpu', device: 'a test', gflops: 1, warnings: [] }),
      // The visitor has no files, and the computer has no connection.
      loadData: (source: string) =>
        source === 'embedded' || source === 'synthetic'
          ? Promise.resolve({ provenance: source, classNames: [] })
          : Promise.reject(new Error(`${source} is not here.`)),
      race: (_: string, config: (typeof worker.races)[number]) => {
        worker.races.push(config);
        return Promise.resolve();
      },
    },
    restart: () => {},
  }),
}));
vi.mock('../../worker/race-locks.ts', () => ({
  createRaceLocks: () => ({
    hold: () => Promise.resolve(true),
    release: () => {},
    inUse: () => Promise.resolve(new Set()),
  }),
}));
vi.mock('../shared/notify.ts', () => ({ notify: () => {} }));
const { usePage, workbench } = await import('../state/store.ts');
const { loadSettings } = await import('./load-settings.ts');

const read = (file: string): unknown => JSON.parse(readFileSync(`public/recorded/${file}`, 'utf8'));
const recorded = (read('index.json') as { file: string; title: string }[]).map(
  ({ file, title }): [string, RaceResult] => [title, parseRaceResult(read(file))],
);
const combinations: [string, RaceResult][] = ['at', 'arat-bn0-sg1-h1-ab1-t1'].map((name) => [
  `the combination ${name}`,
  parseRaceResult(read(`factorial/${name}.json`)),
]);

beforeEach(() => {
  workbench.reset();
  worker.races.length = 0;
});

/** Presses Train with these settings. Returns whether a race was given to the worker. */
async function trains(config: RaceResult['config']): Promise<boolean> {
  const before = worker.races.length;
  await loadSettings(config);
  await workbench.train();
  return worker.races.length > before;
}

async function expectRaceOrChoice({ config }: Pick<RaceResult, 'config'>): Promise<void> {
  if (await trains(config)) return expect(worker.races).toEqual([config]);
  expect(usePage.getState()).toMatchObject({ race: null, raceError: null });
  expect(usePage.getState().dataError).toMatch(/is not here/);
  const ways = waysToData(config, 10);
  expect(new Set(ways.map((w) => w.kind))).toEqual(new Set(['download', 'hosted', 'generated']));
  expect(ways[0].words).toMatch(/ \(about 144 MB, about 2 min at 10 Mbit\/s\)$/);
  for (const { source, kind } of ways) {
    const other = edited(config, 'dataset.source', source);
    expect(configError(other, {})).toBeNull();
    workbench.reset();
    if (kind !== 'download') expect(await trains(other)).toBe(true);
  }
}

describe('reproducing a run', () => {
  it.each([...recorded, ...combinations])(
    'given %s, when it is reproduced, then it trains, or every way to its data ends in a race',
    async (_, result) => expectRaceOrChoice(result),
  );

  it.each([...recorded, ...combinations])(
    'given a full and a short link to %s, when the shared run is reproduced, then its settings are the same, and it trains or offers the ways',
    async (_, result) => {
      // Many contestants do not fit into a short link, which says so.
      const short = await encodeBrief(result, 60).catch((error: unknown) => {
        expect(error).toBeInstanceOf(SnapshotError);
        return null;
      });
      for (const link of [await encodeSnapshot(result), short]) {
        if (!link) continue;
        const shared = await decodeSnapshot(link.hash);
        expect(shared.config).toEqual(result.config);
        workbench.reset();
        worker.races.length = 0;
        await expectRaceOrChoice(shared);
      }
    },
  );

  it('given a run of ten classes, when its data are missing, then the ways with fewer classes say so', () => {
    const [, first] = recorded[0];
    const ten = {
      ...first.config,
      dataset: { ...first.config.dataset, source: 'cifar10' as const, classes: [...Array(10).keys()] },
    };
    expect(waysToData(ten, null).map((w) => w.words)).toEqual([
      'Try the download again (about 144 MB, about 25 s at 50 Mbit/s)',
      'Train on 1,024 photographs of this page, 4 classes instead of 10 (5.6 MB)',
      'Use synthetic shapes',
    ]);
  });
});
