/**
 * `npm run findings -- RESULT.json... [--from LABEL]`: prints the tables of docs/FINDINGS.md for results of one
 * experiment, in Markdown: a row per contestant, its differences from the contestant LABEL (the first by default), and
 * the effects of ARAT's parts where the results have all combinations of them.
 */
import { parseOptions, runCommand, UsageError } from '../src/cli/args.ts';
import { meanConflict } from '../src/core/result/conflict-mean.ts';
import type { RunResult } from '../src/core/result/results.ts';
import { byContestant, spreadText, withSeeds, type SeedRuns } from '../src/core/result/spread.ts';
import { differenceRows, differenceWords, intervalWords } from '../src/ui/race/differences.ts';
import { tableText } from '../src/ui/shared/table-text.ts';
import { comparedWords, effectTables } from '../src/ui/why/factorial.ts';
import { readResult } from './read-result.ts';

const markdown = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  tableText({ header, rows }, 'Markdown').trimEnd();

const percent = (values: readonly number[]): string => spreadText(values, 1, 100);

function figuresRow({ label, runs }: SeedRuns): string[] {
  const finals = runs.flatMap((r) => r.final ?? []);
  const conflicts = runs.flatMap((r) => meanConflict(r) ?? []);
  return [
    label,
    percent(finals.map((f) => f.clean)),
    percent(finals.map((f) => f.robust)),
    spreadText(
      conflicts.map((c) => c.cosine),
      2,
    ),
    conflicts.length === 0 ? '–' : `${percent(conflicts.map((c) => c.ratio))} %`,
    String(finals.length),
  ];
}

/** Every table of `runs`, with differences from the contestant `from`. */
export function findings(runs: readonly RunResult[], from: string): string[] {
  const contestants = byContestant(runs);
  if (!contestants.some((c) => c.label === from))
    throw new UsageError(
      `There is no contestant ${from}: there are ${contestants.map((c) => c.label).join(', ')}.`,
    );
  const final = runs.find((r) => r.final)?.final;
  const head = ['contestant', 'clean %', `${final?.attack.split(',')[0] ?? 'robust'} %`];
  const differences = differenceRows(runs, from);
  return [
    markdown([...head, 'gradient cosine', 'conflict', 'seeds'], contestants.map(figuresRow)),
    markdown(
      [`less ${from}`, 'clean, points', 'robust, points'],
      differences.map((d) => [d.label, differenceWords(d.clean), differenceWords(d.robust)]),
    ),
    `${final?.n ?? 0} test images. ${intervalWords(differences.flatMap((d) => [d.clean, d.robust]))}`,
    ...effectTables(runs).flatMap(({ title, factorial, rows }) => [
      `${title}. ${comparedWords(factorial)}`,
      markdown(
        ['effect', 'clean, points', 'robust, points', 'gradient cosine', 'conflict, points'],
        rows.map((r) => [r.name, r.clean, r.robust, r.cosine, r.ratio]),
      ),
    ]),
  ];
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions({
    args,
    options: { from: { type: 'string' } },
    strict: true,
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new UsageError('Name the results of npm run experiment.');
  const results = [];
  for (const file of positionals) results.push(await readResult(file));
  const runs = results.flatMap(withSeeds);
  console.log(findings(runs, values.from ?? runs[0].label).join('\n\n'));
  return 0;
}

if (process.argv[1]?.endsWith('findings.ts')) await runCommand(() => main(process.argv.slice(2)));
