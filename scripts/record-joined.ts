/**
 * `npm run record:joined -- <name.json> --line-up ID [--commit HASH] RESULT.json...`: makes a recorded run of a line-up
 * from results that each have some of its contestants, such as a recorded run and a later result with the others. All
 * must have the same settings, images, arithmetic and commit; `--commit` names it for results that do not. The run has
 * the seeds that every contestant has, from the first on.
 */
import { commitOfAll, sameSettings, type Source } from './factorial.ts';
import { choiceOption, parseOptions, runCommand, UsageError } from '../src/cli/args.ts';
import { LINE_UP_IDS, LINE_UPS } from '../src/core/experiments/line-ups.ts';
import { writeWhole } from '../src/core/node-files.ts';
import type { RaceResult, RunResult } from '../src/core/result/results.ts';
import { parseConfig, type Contestant } from '../src/core/settings/config.ts';
import { readResult } from './read-result.ts';
import { roundedResult } from './rounded-result.ts';

const FOLDER = 'public/recorded';

/**
 * `given`: the commit of sources that name none. Throws `Error` where the sources do not fit together, or a contestant
 * has no run.
 */
export function joined(
  sources: readonly Source[],
  contestants: readonly Contestant[],
  given?: string,
): RaceResult {
  const [first] = sources;
  for (const { name, result } of sources) {
    if (result.status !== 'complete') throw new Error(`${name} is ${result.status}.`);
    if (sameSettings(result.config) !== sameSettings(first.result.config))
      throw new Error(`The settings of ${name} differ from those of ${first.name}.`);
    if (result.dataset.provenance !== first.result.dataset.provenance)
      throw new Error(`${name} was trained on other images than ${first.name}.`);
    if (result.arithmetic !== first.result.arithmetic)
      throw new Error(`${name} was computed with another arithmetic than ${first.name}.`);
  }
  const commit = commitOfAll(sources, given);
  const switches = (c: Pick<RunResult, 'method' | 'switches'>) => JSON.stringify([c.method, c.switches]);
  const bySeed = contestants.map((contestant) => {
    const of = new Map<number, RunResult>();
    for (const { result } of sources)
      for (const run of result.runs) {
        const seed = run.seed ?? result.config.seed;
        if (switches(run) === switches(contestant) && run.final && !of.has(seed))
          of.set(seed, { ...run, label: contestant.label, seed });
      }
    if (of.size === 0) throw new Error(`There is no run of ${contestant.label}.`);
    return of;
  });
  const { seed } = first.result.config;
  let repeats = 0;
  while (bySeed.every((of) => of.has(seed + repeats))) repeats++;
  if (repeats < 2) throw new Error('The contestants have fewer than two seeds in common.');
  const config = parseConfig({ ...first.result.config, contestants, repeats });
  const runs = Array.from({ length: repeats }, (_, i) => bySeed.map((of) => of.get(seed + i)!)).flat();
  const finishedAt = sources
    .map(({ result }) => result.finishedAt)
    .sort()
    .at(-1);
  const { report: _, ...rest } = first.result;
  return roundedResult({ ...rest, config, commit, runs, ...(finishedAt && { finishedAt }) });
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions({
    args,
    options: { 'line-up': { type: 'string' }, commit: { type: 'string' } },
    strict: true,
    allowPositionals: true,
  });
  const [name, ...files] = positionals;
  if (!name || files.length === 0)
    throw new UsageError('Usage: npm run record:joined -- <name.json> --line-up ID RESULT.json...');
  const lineUp = choiceOption('line-up', values['line-up'] ?? '', LINE_UP_IDS);
  const sources: Source[] = [];
  for (const file of files) sources.push({ name: file, result: await readResult(file) });
  const result = joined(sources, LINE_UPS[lineUp].contestants(), values.commit);
  writeWhole(`${FOLDER}/${name}`, `${JSON.stringify(result)}\n`);
  console.log(
    `${FOLDER}/${name}: ${result.config.contestants.length} contestants, ${result.config.repeats} seeds.`,
  );
  return 0;
}

if (process.argv[1]?.endsWith('record-joined.ts')) await runCommand(() => main(process.argv.slice(2)));
