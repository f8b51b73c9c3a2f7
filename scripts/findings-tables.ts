/** The tables of docs/FINDINGS.md in Markdown, from results of `npm run experiment`. */
import { UsageError } from '../src/cli/args.ts';
import { meanConflict } from '../src/core/result/conflict-mean.ts';
import type { RaceResult, RunResult } from '../src/core/result/results.ts';
import { byContestant, spreadText, withSeeds, type SeedRuns } from '../src/core/result/spread.ts';
import { differenceRows, differenceWords, intervalWords } from '../src/ui/race/differences.ts';
import { tableText } from '../src/ui/shared/table-text.ts';
import { comparedWords, effectTables } from '../src/ui/why/factorial.ts';

/** A column whose cells are all a dash is left out. */
function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = header.map((_, i) => rows.length === 0 || rows.some((row) => row[i] !== '–'));
  const only = (cells: readonly string[]) => cells.filter((_, i) => kept[i]);
  return tableText({ header: only(header), rows: rows.map(only) }, 'Markdown').trimEnd();
}

const percent = (values: readonly number[]): string => spreadText(values, 1, 100);

function figuresOf({ runs }: SeedRuns): { accuracies: string[]; conflict: string[] } {
  const finals = runs.flatMap((r) => r.final ?? []);
  const conflicts = runs.flatMap((r) => meanConflict(r) ?? []);
  const cosines = conflicts.map((c) => c.cosine);
  return {
    accuracies: [percent(finals.map((f) => f.clean)), percent(finals.map((f) => f.robust))],
    conflict: [
      spreadText(cosines, 2),
      conflicts.length === 0 ? '–' : `${percent(conflicts.map((c) => c.ratio))} %`,
    ],
  };
}

/** `5 seeds, 800 test images, commit a0bb83c0e508.` and what the intervals are. */
function caption(runs: readonly RunResult[], from: string, commits: readonly string[]): string {
  const seeds = Math.max(...byContestant(runs).map((c) => c.runs.length));
  const n = runs.find((r) => r.final)?.final?.n ?? 0;
  const differences = differenceRows(runs, from).flatMap((d) => [d.clean, d.robust]);
  const made = commits.length > 0 ? `, commit ${commits.join(', ')}` : '';
  return `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}, ${n} test images${made}. ${intervalWords(differences)}`;
}

/** The table of contestants, its caption, and the tables of effects. Throws `UsageError` for an unknown `from`. */
export function findings(results: readonly RaceResult[], from?: string): string[] {
  const runs = results.flatMap(withSeeds);
  const contestants = byContestant(runs);
  const base = from ?? contestants[0].label;
  if (!contestants.some((c) => c.label === base))
    throw new UsageError(
      `There is no contestant ${base}: there are ${contestants.map((c) => c.label).join(', ')}.`,
    );
  const attack = runs.find((r) => r.final)?.final?.attack.split(',')[0] ?? 'robust';
  const differences = new Map(differenceRows(runs, base).map((d) => [d.label, d]));
  const header = ['contestant', 'clean %', `${attack} %`, `clean less ${base}`, `${attack} less ${base}`];
  const rows = contestants.map((c) => {
    const { accuracies, conflict } = figuresOf(c);
    const d = differences.get(c.label);
    return [
      c.label,
      ...accuracies,
      differenceWords(d?.clean ?? null),
      differenceWords(d?.robust ?? null),
      ...conflict,
    ];
  });
  const commits = [...new Set(results.flatMap((r) => r.commit ?? []))];
  return [
    markdown([...header, 'gradient cosine', 'conflict'], rows),
    caption(runs, base, commits),
    ...effectTables(runs).flatMap(({ title, factorial, rows: effects }) => [
      `${title}. ${comparedWords(factorial)}`,
      markdown(
        ['effect', 'clean, points', 'robust, points', 'gradient cosine', 'conflict, points'],
        effects.map((r) => [r.name, r.clean, r.robust, r.cosine, r.ratio]),
      ),
    ]),
  ];
}
