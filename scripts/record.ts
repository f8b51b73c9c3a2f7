/**
 * `npm run record -- <results.json> <name.json>`: puts a result of `npm run experiment` among the page's recorded runs,
 * its numbers to five significant digits, which is more than any chart shows, and of BatchNorm's statistics by channel
 * the last epoch's, which are those shown: a sixth of the size. Its title and words go into index.json by hand.
 */
import { readFile } from 'node:fs/promises';
import { checkOutput } from '../src/cli/output.ts';
import { runCommand, UsageError } from '../src/cli/args.ts';
import { writeWhole } from '../src/core/node-files.ts';
import { parseRaceResult } from '../src/core/result/results-schema.ts';
import type { RaceResult } from '../src/core/result/results.ts';

const DIGITS = 5;
const FOLDER = 'public/recorded';

/** Throws UsageError if the file cannot be read, Error if it holds no result. */
async function read(path: string): Promise<RaceResult> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`${path} cannot be read (${error.message}).`);
  });
  try {
    return parseRaceResult(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} is not a result of npm run experiment (${(error as Error).message}).`);
  }
}

async function main(args: readonly string[]): Promise<number> {
  const [from, name] = args;
  if (!from || !name || !/^[a-z0-9-]+\.json$/.test(name))
    throw new UsageError(
      'Usage: npm run record -- <results.json> <name.json>, the name in small letters, digits and dashes.',
    );
  const to = `${FOLDER}/${name}`;
  checkOutput('<name.json>', to);
  const result = await read(from);
  if (result.status !== 'complete')
    throw new Error(`${from} is ${result.status}: only complete runs are recorded.`);
  const NONE = { mean: [], std: [] };
  const runs = result.runs.map((run) => ({
    ...run,
    bn: run.bn.map((point, i) => ({
      ...point,
      layers: point.layers.map((l) => (i < run.bn.length - 1 ? { ...l, clean: NONE, adv: NONE } : l)),
    })),
  }));
  const short = JSON.stringify({ ...result, runs }, (_, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value,
  );
  // The config is not rounded: a rounded eps would differ from 8/255.
  const rounded = parseRaceResult({ ...(JSON.parse(short) as object), config: result.config });
  writeWhole(to, `${JSON.stringify(rounded)}\n`);
  console.log(`${to}: ${rounded.runs.length} runs. Next, add its title and words to ${FOLDER}/index.json.`);
  return 0;
}

await runCommand(() => main(process.argv.slice(2)));
