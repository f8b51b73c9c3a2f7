/**
 * `npm run record -- <results.json> <name.json>`: puts a result of `npm run experiment` among the page's recorded runs,
 * rounded (rounded-result.ts). Its title and words go into index.json by hand.
 */
import { checkOutput } from '../src/cli/output.ts';
import { runCommand, UsageError } from '../src/cli/args.ts';
import { writeWhole } from '../src/core/node-files.ts';
import { readResult } from './read-result.ts';
import { roundedResult } from './rounded-result.ts';

const FOLDER = 'public/recorded';

async function main(args: readonly string[]): Promise<number> {
  const [from, name] = args;
  if (!from || !name || !/^[a-z0-9-]+\.json$/.test(name))
    throw new UsageError(
      'Usage: npm run record -- <results.json> <name.json>, the name in small letters, digits and dashes.',
    );
  const to = `${FOLDER}/${name}`;
  checkOutput('<name.json>', to);
  const result = await readResult(from);
  if (result.status !== 'complete')
    throw new Error(`${from} is ${result.status}: only complete runs are recorded.`);
  const rounded = roundedResult(result);
  writeWhole(to, `${JSON.stringify(rounded)}\n`);
  console.log(`${to}: ${rounded.runs.length} runs. Next, add its title and words to ${FOLDER}/index.json.`);
  return 0;
}

await runCommand(() => main(process.argv.slice(2)));
