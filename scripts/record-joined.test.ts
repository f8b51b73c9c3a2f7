import { expect, test } from 'vitest';
import { LINE_UPS } from '../src/core/experiments/line-ups.ts';
import { defaultRace } from '../src/core/experiments/presets.ts';
import type { RaceResult } from '../src/core/result/results.ts';
import { readResult } from './read-result.ts';
import { joined } from './record-joined.ts';

const race = await readResult('public/recorded/quick-race.json');

/** The part of the race with these contestants, of its first `seeds` seeds. */
function part(labels: readonly string[], seeds: number, changes: Partial<RaceResult> = {}): RaceResult {
  const contestants = race.config.contestants.filter((c) => labels.includes(c.label));
  const runs = race.runs.filter((r) => labels.includes(r.label) && r.seed! < race.config.seed + seeds);
  return { ...race, config: { ...race.config, contestants, repeats: seeds }, runs, ...changes };
}
const AT = { name: 'at.json', result: part(['AT', 'TRADES'], 5) };
const ARAT = { name: 'arat.json', result: part(['ARAT', 'ARAT, invariance weight 0'], 3) };

test('given a race in two files, one with fewer seeds, when joined, then it has the contestants in order with the seeds of both', () => {
  const whole = joined([AT, ARAT], defaultRace());
  expect(whole.config.repeats).toBe(3);
  expect(whole.runs).toEqual(race.runs.filter((r) => r.seed! < race.config.seed + 3));
  expect(whole.config.contestants).toEqual(race.config.contestants);
  expect(whole.commit).toBe(race.commit);
});

const other = (changes: Partial<RaceResult>) => [
  AT,
  { name: 'arat.json', result: { ...ARAT.result, ...changes } },
];
test.each([
  ['another commit', other({ commit: '0123456789ab' }), /several commits/],
  ['other images', other({ dataset: { ...race.dataset, provenance: 'others' } }), /other images/],
  ['another arithmetic', other({ arithmetic: 'wasm-separate' }), /another arithmetic/],
  [
    'other settings',
    other({ config: { ...ARAT.result.config, conflictEvery: 9 } }),
    /settings of arat.json differ/,
  ],
  ['a stopped part', other({ status: 'stopped' }), /arat.json is stopped/],
  ['a contestant without a run', [AT], /no run of ARAT/],
])('given %s, when joined, then it is refused', (_, sources, message) => {
  expect(() => joined(sources, LINE_UPS.race.contestants())).toThrow(message);
});
