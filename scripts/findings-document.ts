/**
 * The tables of docs/FINDINGS.md and README.md, made from the recorded results that they name. A table stands between
 * `<!-- findings: FILES [--from LABEL] [--effects] -->` and `<!-- end -->`: files of public/recorded/, where a `*` at
 * the end stands for the rest of any name. In place of the contestants, `--effects` has the effects of ARAT's parts,
 * `--batch-norm` the distances of BatchNorm, `--last-epoch` robust overfitting and the distance of the features,
 * `--sets` the accuracies through both BatchNorm sets, and `--report` those under AutoAttack.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { RaceResult } from '../src/core/result/results.ts';
import { batchNormTable, lastEpochTable, reportTable, setsTable } from './findings-more-tables.ts';
import { contestantTable, effectsTables } from './findings-tables.ts';
import { readResult } from './read-result.ts';

const FOLDER = 'public/recorded';
const BLOCK = /<!-- findings: (.*?) -->\n[\s\S]*?<!-- end -->/g;

/** Tables that are not of the contestants’ accuracies. */
const KINDS = ['effects', 'batch-norm', 'last-epoch', 'sets', 'report'] as const;

export interface Table {
  readonly results: readonly RaceResult[];
  readonly from?: string;
  readonly kind: 'contestants' | (typeof KINDS)[number];
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

/** Rejects with `Error` if a named file is not there or holds no result. */
async function tableOf(words: string): Promise<Table> {
  const kind = KINDS.find((k) => words.includes(`--${k}`));
  const [files, from] = words.replace(`--${kind}`, '').split('--from');
  const names = files.trim().split(/\s+/).flatMap(filesOf);
  const results = await Promise.all(names.map((name) => readResult(join(FOLDER, name))));
  return { results, from: from?.trim(), kind: kind ?? 'contestants' };
}

/** What the tables of `text` are made of, in its order. */
export const tablesIn = (text: string): Promise<Table[]> =>
  Promise.all([...text.matchAll(BLOCK)].map(([, words]) => tableOf(words)));

/** A table and its caption, or titles and tables of effects. */
export function partsOf({ results, from, kind }: Table): string[] {
  switch (kind) {
    case 'contestants':
      return contestantTable(results, from);
    case 'effects':
      return effectsTables(results);
    case 'batch-norm':
      return batchNormTable(results);
    case 'last-epoch':
      return lastEpochTable(results);
    case 'sets':
      return setsTable(results);
    case 'report':
      return reportTable(results);
    default:
      return kind satisfies never;
  }
}

/** `text` with its tables made again, and formatted. */
export async function withTables(text: string): Promise<string> {
  const made = (await tablesIn(text)).map((table) => partsOf(table).join('\n\n'));
  const whole = text.replace(
    BLOCK,
    (_, words: string) => `<!-- findings: ${words} -->\n\n${made.shift()!}\n\n<!-- end -->`,
  );
  return format(whole, { ...(await resolveConfig('docs/FINDINGS.md')), parser: 'markdown' });
}
