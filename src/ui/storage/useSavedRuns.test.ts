import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { RunStore } from './runs.ts';
import { reuseRuns } from './useSavedRuns.ts';

it('given a list of runs, when one was renamed, one deleted and one added, then the runs that did not change are the same objects', async () => {
  const store = new RunStore('reuse-test');
  const save = (seed: number) => store.save(sampleRace({ epochs: 1, seed }));
  const kept = await save(1);
  const renamed = await save(2);
  const deleted = await save(3);
  const { runs: before } = await store.list();
  const same = reuseRuns(before, (await store.list()).runs);
  expect(same.map((run, i) => run === before[i])).toEqual([true, true, true]);

  await store.rename(renamed.id, 'another name');
  await store.remove(deleted.id);
  const added = await save(4);
  const { runs } = await store.list();
  const after = reuseRuns(before, runs);
  expect(after).toEqual(runs);
  expect(after.filter((run) => before.includes(run)).map((run) => run.id)).toEqual([kept.id]);
  expect(after.map((run) => run.id).sort()).toEqual([kept.id, renamed.id, added.id].sort());
  expect(after.find((run) => run.id === renamed.id)?.name).toBe('another name');
  await store.close();
});
