import { expect, test } from 'vitest';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { decodeSnapshot } from '../../snapshot/decode.ts';
import { encodeSnapshot } from '../../snapshot/encode.ts';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { setsCsv } from '../shared/race-csv.ts';
import { inferenceSets } from './inference.ts';

/** Two contestants over two seeds, the second of which measured both sets. */
function race(): RaceResult {
  const sampled = sampleRace({ methods: 2, epochs: 2, repeats: 2 });
  const runs = sampled.runs.map((run, i) => {
    if (run.label !== 'TRADES') return run;
    const path = [0, 0.5, 1].map((share) => ({
      share,
      clean: 0.8 - 0.1 * share,
      robust: 0.4 + 0.1 * share + 0.02 * i,
    }));
    return { ...run, final: { ...run.final!, sets: { n: 512, path, cleanToAdv: 0.6, advToClean: 0.5 } } };
  });
  return { ...sampled, runs };
}

test('given a race of which one contestant measured both sets, then its path is the mean over the seeds, and the table has both sets for each kind of images', () => {
  const [of, ...others] = inferenceSets(race().runs);
  expect(others).toEqual([]);
  expect([of.label, of.seeds, of.n]).toEqual(['TRADES', 2, 512]);
  expect(of.path.map((p) => p.share)).toEqual([0, 0.5, 1]);
  // The runs are the second and the fourth.
  expect(of.path[2].robust).toBeCloseTo(100 * (0.5 + 0.02 * 2), 9);
  expect(of.rows.map((r) => r.images)).toEqual([
    'clean',
    'attacked through the clean set',
    'attacked through the adv set',
  ]);
  expect(of.rows[0]).toMatchObject({ throughClean: '80.0 ± 0.0', throughAdv: '70.0 ± 0.0' });
  expect(of.rows[1].throughAdv).toBe('60.0 ± 0.0');
  expect(of.rows[2].throughClean).toBe('50.0 ± 0.0');
});

test('given such a race, when stored, sent as a link and exported, then the measurements are there', async () => {
  const sent = race();
  expect(parseRaceResult(JSON.parse(JSON.stringify(sent))).runs[1].final!.sets).toEqual(
    sent.runs[1].final!.sets,
  );
  const back = await decodeSnapshot((await encodeSnapshot(sent)).hash);
  const { path, n } = back.runs[1].final!.sets!;
  expect([n, path.length]).toEqual([512, 3]);
  path.forEach((p, i) => expect(p.robust).toBeCloseTo(sent.runs[1].final!.sets!.path[i].robust, 3));
  expect(back.runs[0].final!.sets).toBeUndefined();
  expect(setsCsv(sent).trim().split('\n')).toHaveLength(1 + 2 * 3);
});
