import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { bandOf, byContestant } from '../../core/result/spread.ts';
import { wilsonInterval } from '../../core/result/wilson.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { decodeSnapshot } from '../../snapshot/decode.ts';
import { encodeSnapshot } from '../../snapshot/encode.ts';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { stylesOf } from '../charts/identity.ts';
import { figureCaption } from '../keep/figure-caption.ts';
import { differenceWords, intervalWords } from '../race/differences.ts';
import { setsCsv } from '../shared/race-csv.ts';
import { countedWords, inferenceSets, planeNote } from './inference.ts';
import { SetsPlane } from './SetsPlane.tsx';

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
  const cell = (y: number) => {
    const [low, high] = wilsonInterval(y * 512, 512);
    return `${[y, low].map((x) => (100 * x).toFixed(1)).join(' (')} to ${(100 * high).toFixed(1)})`;
  };
  expect(of.rows[0]).toMatchObject({ throughClean: cell(0.8), throughAdv: cell(0.7) });
  expect(of.rows[1].throughAdv).toBe(cell(0.6));
  expect(of.rows[2].throughClean).toBe(cell(0.5));
});

test('given seeds, then each point has the band that the charts draw for the same accuracies', () => {
  const { runs } = race();
  const [{ path }] = inferenceSets(runs);
  const values = runs.flatMap((run) => run.final?.sets?.path[0].robust ?? []);
  const [{ low, high }] = bandOf(values.map((v) => [{ x: 0, y: 100 * v, images: 512 }]));
  expect(path[0].bands.robust).toEqual([low, high]);
  expect(high - low).toBeGreaterThan(4);
});

/** The race with other accuracies through the clean set, one for each seed. */
function withClean(clean: readonly number[]): RaceResult['runs'] {
  let i = 0;
  return race().runs.flatMap((run) => {
    const { final } = run;
    if (!final?.sets || i === clean.length) return [];
    const [first, ...others] = final.sets.path;
    const path = [{ ...first, clean: clean[i++] }, ...others];
    return [{ ...run, final: { ...final, sets: { ...final.sets, path } } }];
  });
}

test('given both sets, then the difference is that of the clean set from the adv set, paired by seed, with an interval over seeds alone; one that holds 0 is called none', () => {
  const differences = (clean: readonly number[]) => inferenceSets(withClean(clean))[0].difference;
  // The adv set has 0.7 clean with both seeds.
  const { clean, robust } = differences([0.8, 0.82]);
  expect(clean).toMatchObject({ seeds: 2, overImages: null });
  expect(clean!.mean).toBeCloseTo(0.11, 12);
  expect(clean!.overSeeds!.map((x) => x.toFixed(3))).toEqual(['-0.017', '0.237']);
  expect(differenceWords(clean)).toBe('none (−1.7 to +23.7)');
  // 0.1 less with each seed.
  expect(robust!.mean).toBeCloseTo(-0.1, 12);
  expect(differenceWords(robust)).toBe('−10.0 (−10.0 to −10.0)');
  expect(intervalWords([clean, robust])).toMatch(/does not cover what other test images would change/);
});

test('given one seed, then the difference has no interval, and the table says so', () => {
  const [{ seeds, n, difference }] = inferenceSets(withClean([0.8]));
  expect([seeds, n]).toEqual([1, 512]);
  expect(differenceWords(difference.clean)).toBe('+10.0 (no interval)');
  expect(intervalWords([difference.clean])).toMatch(/one seed/);
});

test('given the plane, when exported, then its caption names the images that it counts, not those of the final evaluation', () => {
  const sent = race();
  const of = inferenceSets(sent.runs);
  const html = renderToStaticMarkup(
    createElement(SetsPlane, { of, share: 1, styleOf: () => stylesOf(byContestant(sent.runs))[0] }),
  );
  expect(html).toContain(`data-figure-note="${planeNote(of)}"`);
  const caption = figureCaption(sent, planeNote(of));
  expect(caption).toMatch(/^n = 512 test images \(the first\); mean of 2 seeds; bars: .*Wilson/);
  expect(caption).toMatch(/attack: PGD-20, .*seed of each run, through the set that answers; data: /);
  expect(caption).not.toContain(`n = ${sent.runs[0].final!.n.toLocaleString('en')}`);
  expect(countedWords(of)).toBe('the first 512 test images, means over 2 seeds');
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
