/** Makes the files of `public/recorded/factorial/` from results and weights of `npm run experiment`. */
import { partsKey, COMBINATIONS, COMPARED, recordingKey } from '../src/core/experiments/parts.ts';
import { parseConfig, type Contestant, type ExperimentConfig } from '../src/core/settings/config.ts';
import {
  FACTORIAL_FORMAT,
  parseFactorialIndex,
  recordedContestant,
  type FactorialIndex,
} from '../src/core/result/factorial.ts';
import type { RaceResult, RunResult } from '../src/core/result/results.ts';
import { roundedResult } from './rounded-result.ts';

/** A result with the name of its file, for messages. */
export interface Source {
  readonly name: string;
  readonly result: RaceResult;
}

/** The weights of one model: float16 in safetensors. */
export interface Weights {
  readonly key: string;
  readonly seed: number;
  readonly bytes: Uint8Array;
}

/** The settings that must be the same in all results, as a text. */
export const sameSettings = ({
  contestants: _,
  seed: __,
  repeats: ___,
  ...config
}: ExperimentConfig): string => JSON.stringify(config);

/** Every contestant that has a recording, in the order of the index. */
const ORDER: readonly string[] = [...COMPARED, ...COMBINATIONS.map(partsKey)];

/** The results of one contestant with all its seeds, by key. Throws `Error` where two results contradict each other. */
export function byKey(sources: readonly Source[]): Map<string, RaceResult> {
  if (sources.length === 0) throw new Error('There are no results to record.');
  const [first] = sources;
  const runs = new Map<string, { contestant: Contestant; of: Map<number, RunResult> }>();
  for (const { name, result } of sources) {
    const { config } = result;
    if (result.status !== 'complete')
      throw new Error(`${name} is ${result.status}: only complete runs are recorded.`);
    if (sameSettings(config) !== sameSettings(first.result.config))
      throw new Error(`The settings of ${name} differ from those of ${first.name}.`);
    if (result.dataset.provenance !== first.result.dataset.provenance)
      throw new Error(`${name} was trained on other images than ${first.name}.`);
    for (const run of result.runs) {
      const key = recordingKey(run);
      const contestant = config.contestants.find((c) => c.label === run.label);
      if (key === null || !contestant)
        throw new Error(
          `${run.label} in ${name} is no combination of ARAT’s parts and no method beside them.`,
        );
      if (!run.final) throw new Error(`${run.label} in ${name} has no final figures.`);
      const seed = run.seed ?? config.seed;
      const known = runs.get(key) ?? { contestant, of: new Map<number, RunResult>() };
      if (known.of.has(seed))
        throw new Error(`${run.label} with seed ${seed} occurs twice, once in ${name}.`);
      known.of.set(seed, { ...run, label: contestant.label, seed });
      runs.set(key, known);
    }
  }
  return new Map(
    ORDER.flatMap((key): [string, RaceResult][] => {
      const known = runs.get(key);
      if (!known) return [];
      const seeds = [...known.of.keys()].sort((a, b) => a - b);
      if (seeds.some((seed, i) => seed !== seeds[0] + i))
        throw new Error(`The seeds of ${known.contestant.label} have gaps: ${seeds.join(', ')}.`);
      const config = parseConfig({
        ...first.result.config,
        contestants: [known.contestant],
        seed: seeds[0],
        repeats: seeds.length,
      });
      // A race of one seed has runs without a seed of their own.
      const of = seeds.map((seed) => known.of.get(seed)!);
      const inRace = seeds.length === 1 ? of.map(({ seed: _, ...run }) => run) : of;
      return [[key, roundedResult({ ...first.result, config, runs: inRace })]];
    }),
  );
}

/** One race of these contestants. Throws `Error` if one has no result or other seeds than the first. */
export function raceOf(
  results: ReadonlyMap<string, RaceResult>,
  contestants: readonly Contestant[],
): RaceResult {
  const keys = contestants.map((c) => recordingKey(c) ?? c.label);
  const parts = keys.map((key) => results.get(key));
  const [first] = parts;
  if (!first || parts.some((r) => !r || r.runs.length !== first.runs.length))
    throw new Error(`The race needs ${keys.join(', ')}, all with the same seeds.`);
  const all = parts as RaceResult[];
  const config = { ...first.config, contestants: all.flatMap((r) => r.config.contestants) };
  // A race's runs are in the order of its seeds.
  return { ...first, config, runs: first.runs.flatMap((_, i) => all.map((r) => r.runs[i])) };
}

/** The keys that have no result, or fewer seeds than `seeds`. */
export const missing = (results: ReadonlyMap<string, RaceResult>, seeds: number): string[] =>
  ORDER.filter((key) => (results.get(key)?.runs.length ?? 0) < seeds);

/**
 * The commit that computed all of `sources`; `given` for results that name none. Throws `Error` if there are several
 * or none is known.
 */
export function commitOfAll(sources: readonly Source[], given?: string): string {
  const commits = new Set(sources.map(({ result }) => result.commit ?? given));
  const [commit] = commits;
  if (commits.size > 1)
    throw new Error(
      `The results are of several commits: ${[...commits].map((c) => c ?? 'unknown').join(', ')}.`,
    );
  if (commit === undefined) throw new Error('No result names its commit: say which it was with --commit.');
  return commit;
}

/** The index of `results`. Throws `Error` if weights are of a seed or contestant without a result. */
export function indexOf(
  results: ReadonlyMap<string, RaceResult>,
  weights: readonly Weights[],
  commit: string,
): FactorialIndex {
  const [first] = results.values();
  const stray = weights.find(
    ({ key, seed }) => !results.get(key)?.runs.some((run) => (run.seed ?? first.config.seed) === seed),
  );
  if (stray) throw new Error(`There are weights of ${stray.key} with seed ${stray.seed}, but no result.`);
  const contestants = [...results].map(([key, result]) => {
    const own = weights.find((w) => w.key === key);
    return recordedContestant(result, own ? { seed: own.seed, bytes: own.bytes.length } : null);
  });
  const seeds = [...new Set(contestants.flatMap((c) => c.runs.map((r) => r.seed)))].sort((a, b) => a - b);
  const { config, dataset, device } = first;
  return parseFactorialIndex({
    format: FACTORIAL_FORMAT,
    version: 1,
    commit,
    config,
    seeds,
    dataset,
    device,
    contestants,
  });
}
