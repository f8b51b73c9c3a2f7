/**
 * `npm run record:factorial -- --results FILE... [--weights FOLDER] [--weights-seed 0] [--out FOLDER] [--race FILE]
 * [--ladder FILE] [--commit HASH]`: makes the files of `public/recorded/factorial/`, which the first screen shows, from
 * results of `npm run experiment` and the weights that its option `--weights` wrote. Results of several contestants and
 * seeds are taken apart and put together by contestant. All must be of one commit; `--commit` names it for results that
 * do not. `--race` also writes AT, TRADES, ARAT and the control as one run, `--ladder` the ablation ladder.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { integerOption, parseOptions, runCommand, UsageError } from '../src/cli/args.ts';
import { LINE_UPS } from '../src/core/experiments/line-ups.ts';
import { defaultRace } from '../src/core/experiments/presets.ts';
import { writeWhole } from '../src/core/node-files.ts';
import { FACTORIAL_FOLDER } from '../src/core/result/factorial.ts';
import { byKey, commitOfAll, indexOf, missing, raceOf, type Source, type Weights } from './factorial.ts';
import { halfWeights } from './half-weights.ts';
import { readResult } from './read-result.ts';

/** Throws `Error` where two files are of one contestant. */
function readWeights(folder: string, seed: number): Weights[] {
  const files = readdirSync(folder).filter((file) => /(?<!\.predictors)\.safetensors$/.test(file));
  const weights = files.map((file) => halfWeights(readFileSync(join(folder, file)), file, seed));
  const keys = weights.map((w) => w.key);
  const twice = keys.find((key, i) => keys.indexOf(key) < i);
  if (twice !== undefined) throw new Error(`${folder} has several weights of ${twice}: keep one.`);
  return weights;
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions({
    args,
    options: {
      results: { type: 'string', multiple: true },
      weights: { type: 'string' },
      'weights-seed': { type: 'string' },
      out: { type: 'string' },
      race: { type: 'string' },
      ladder: { type: 'string' },
      commit: { type: 'string' },
    },
    strict: true,
    allowPositionals: true,
  });
  const files = [...(values.results ?? []), ...positionals];
  if (files.length === 0) throw new UsageError('--results needs the files of npm run experiment.');
  const seed = integerOption('weights-seed', values['weights-seed'], 0, 2 ** 31 - 1) ?? 0;
  const sources: Source[] = [];
  for (const name of files) sources.push({ name, result: await readResult(name) });
  const results = byKey(sources);
  const weights = values.weights === undefined ? [] : readWeights(values.weights, seed);
  const commit = commitOfAll(sources, values.commit);
  for (const [key, result] of results) results.set(key, { ...result, commit });
  const index = indexOf(results, weights, commit);
  const out = values.out ?? `public/${FACTORIAL_FOLDER}`;
  mkdirSync(out, { recursive: true });
  for (const [key, result] of results) writeWhole(join(out, `${key}.json`), `${JSON.stringify(result)}\n`);
  for (const { key, bytes } of weights) writeWhole(join(out, `${key}.safetensors`), bytes);
  for (const [file, contestants] of [
    [values.race, defaultRace()],
    [values.ladder, LINE_UPS.ladder.contestants()],
  ] as const)
    if (file !== undefined) writeWhole(file, `${JSON.stringify(raceOf(results, contestants))}\n`);
  writeWhole(join(out, 'index.json'), `${JSON.stringify(index)}\n`);
  console.log(`${out}: ${results.size} contestants, ${index.seeds.length} seeds, ${weights.length} weights.`);
  const lacking = missing(results, index.seeds.length);
  if (lacking.length > 0) console.log(`Not there, or with fewer seeds: ${lacking.join(', ')}.`);
  const without = [...results.keys()].filter((key) => !weights.some((w) => w.key === key));
  if (without.length > 0) console.log(`Without weights: ${without.join(', ')}.`);
  return 0;
}

await runCommand(() => main(process.argv.slice(2)));
