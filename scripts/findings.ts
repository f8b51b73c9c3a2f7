/**
 * `npm run findings -- RESULT.json... [--from LABEL]` prints the tables of docs/FINDINGS.md for results of one
 * experiment, in Markdown: a row per contestant with its differences from the contestant LABEL (the first by default),
 * and the effects of ARAT's parts where the results have all combinations of them.
 * `npm run findings -- --write docs/FINDINGS.md` writes the tables of that document again, see findings-document.ts.
 */
import { readFile } from 'node:fs/promises';
import { parseOptions, runCommand, UsageError } from '../src/cli/args.ts';
import { writeWhole } from '../src/core/node-files.ts';
import { withTables } from './findings-document.ts';
import { contestantTable, effectsTables } from './findings-tables.ts';
import { readResult } from './read-result.ts';

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions({
    args,
    options: { from: { type: 'string' }, write: { type: 'string' } },
    strict: true,
    allowPositionals: true,
  });
  if (values.write !== undefined) {
    const text = await withTables(await readFile(values.write, 'utf8'));
    writeWhole(values.write, text);
    return 0;
  }
  if (positionals.length === 0)
    throw new UsageError('Name the results of npm run experiment, or a document with --write.');
  const results = [];
  for (const file of positionals) results.push(await readResult(file));
  console.log([...contestantTable(results, values.from), ...effectsTables(results)].join('\n\n'));
  return 0;
}

await runCommand(() => main(process.argv.slice(2)));
