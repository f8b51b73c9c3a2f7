/**
 * `npm run record -- <results.json> <name.json>`: puts a result of `npm run experiment` among the page's recorded runs, its numbers to
 * five significant digits, which is more than any chart shows, and of BatchNorm's statistics by channel the last epoch's, which are those
 * shown: a sixth of the size. Its title and words go into index.json by hand.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseRaceResult } from '../src/core/result/results-schema.ts';

const DIGITS = 5;
const FOLDER = 'public/recorded';

const [from, name] = process.argv.slice(2);
if (!from || !name || !/^[a-z0-9-]+\.json$/.test(name)) {
  console.error(
    'Usage: npm run record -- <results.json> <name.json>, the name in small letters, digits and dashes.',
  );
  process.exit(2);
}
const result = parseRaceResult(JSON.parse(await readFile(from, 'utf8')));
if (result.status !== 'complete') {
  console.error(`${from} is ${result.status}: only complete runs are recorded.`);
  process.exit(1);
}
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
// The rounded file has to be as good as the whole one: the config's eps would not be.
const rounded = parseRaceResult({ ...(JSON.parse(short) as object), config: result.config });
await writeFile(`${FOLDER}/${name}`, `${JSON.stringify(rounded)}\n`);
console.log(
  `${FOLDER}/${name}: ${rounded.runs.length} runs. Now its title and words in ${FOLDER}/index.json.`,
);
