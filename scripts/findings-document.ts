/**
 * The tables of docs/FINDINGS.md and README.md, made from the recorded results that they name. A table stands between
 * `<!-- findings: FILES [--from LABEL] [--effects] -->` and `<!-- end -->`: files of public/recorded/, where a `*` at
 * the end stands for the rest of any name; `--effects` has the effects of ARAT's parts in place of the contestants.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parseRaceResult } from '../src/core/result/results-schema.ts';
import type { RaceResult } from '../src/core/result/results.ts';
import { findings } from './findings-tables.ts';

const FOLDER = 'public/recorded';
const BLOCK = /<!-- findings: (.*?) -->\n[\s\S]*?<!-- end -->/g;

export interface Table {
  readonly results: readonly RaceResult[];
  readonly from?: string;
  readonly effects: boolean;
}

function filesOf(name: string): string[] {
  if (!name.endsWith('*')) return [name];
  const folder = dirname(name);
  const found = readdirSync(join(FOLDER, folder)).filter(
    (file) => file.startsWith(basename(name).slice(0, -1)) && file.endsWith('.json'),
  );
  if (found.length === 0) throw new Error(`${FOLDER} has no ${name}.`);
  return found.sort().map((file) => join(folder, file));
}

/** Throws `Error` if a named file is not there. */
function tableOf(words: string): Table {
  const effects = words.includes('--effects');
  const [files, from] = words.replace('--effects', '').split('--from');
  const results = files
    .trim()
    .split(/\s+/)
    .flatMap(filesOf)
    .map((file) => parseRaceResult(JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8'))));
  return { results, from: from?.trim(), effects };
}

/** What the tables of `text` are made of, in its order. */
export const tablesIn = (text: string): Table[] =>
  [...text.matchAll(BLOCK)].map(([, words]) => tableOf(words));

/** `text` with its tables made again, and formatted. */
export async function withTables(text: string): Promise<string> {
  const made = text.replace(BLOCK, (_, words: string) => {
    const { results, from, effects } = tableOf(words);
    const parts = findings(results, from);
    const shown = effects ? parts.slice(2) : parts.slice(0, 2);
    return `<!-- findings: ${words} -->\n\n${shown.join('\n\n')}\n\n<!-- end -->`;
  });
  return format(made, { ...(await resolveConfig('docs/FINDINGS.md')), parser: 'markdown' });
}
