/** The tables of docs/FINDINGS.md in Markdown, from results of `npm run experiment`. */
import { UsageError } from '../src/cli/args.ts';
import { conflictChance, meanConflict } from '../src/core/result/conflict-mean.ts';
import type { RaceResult } from '../src/core/result/results.ts';
import { tInterval } from '../src/core/result/difference.ts';
import { byContestant, spreadOf, spreadText, withSeeds, type SeedRuns } from '../src/core/result/spread.ts';
import { costWords, trainingTime } from '../src/ui/race/cost-words.ts';
import {
  differenceRows,
  differenceWords,
  intervalWords,
  type DifferenceRow,
} from '../src/ui/race/differences.ts';
import { tableText } from '../src/ui/shared/table-text.ts';
import { comparedWords, effectTables } from '../src/ui/why/factorial.ts';

/** A column whose cells are all a dash is left out. */
export function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = header.map((_, i) => rows.length === 0 || rows.some((row) => row[i] !== '–'));
  const only = (cells: readonly string[]) => cells.filter((_, i) => kept[i]);
  return tableText({ header: only(header), rows: rows.map(only) }, 'Markdown').trimEnd();
}

const percent = (values: readonly number[]): string => spreadText(values, 1, 100);

/** A mean over seeds, with Student's t interval where there are several. */
function overSeeds(values: readonly number[], scale: number, digits: number): string {
  const mean = spreadOf(values)?.mean;
  if (mean === undefined) return '–';
  return differenceWords(
    { mean, seeds: values.length, overSeeds: tInterval(values), overImages: null },
    scale,
    digits,
  );
}

/** Accuracies, the gradient cosine, and the conflict ratio less the ratio of chance. */
function figuresOf({ runs }: SeedRuns, config: RaceResult['config']) {
  const finals = runs.flatMap((r) => r.final ?? []);
  const conflicts = runs.flatMap((run) => {
    const mean = meanConflict(run);
    return mean ? [{ cosine: mean.cosine, excess: mean.ratio - conflictChance(run, config)! }] : [];
  });
  return {
    accuracies: [percent(finals.map((f) => f.clean)), percent(finals.map((f) => f.robust))],
    conflict: [
      overSeeds(
        conflicts.map((c) => c.cosine),
        1,
        2,
      ),
      overSeeds(
        conflicts.map((c) => c.excess),
        100,
        1,
      ),
    ],
  };
}

/** Seeds, test images, commit and training time of the results, then what the intervals of `differences` are over. */
function caption(results: readonly RaceResult[], differences: readonly DifferenceRow[]): string {
  const runs = results.flatMap((r) => r.runs);
  const seeds = Math.max(...byContestant(runs).map((c) => c.runs.length));
  const n = runs.find((r) => r.final)?.final?.n ?? 0;
  const commits = [...new Set(results.flatMap((r) => r.commit ?? []))];
  const made = commits.length > 0 ? `, commit ${commits.join(', ')}` : '';
  const time = trainingTime(runs);
  const took = time && ` The training steps took ${time} in all, on one core each.`;
  const intervals = intervalWords(differences.flatMap((d) => [d.clean, d.robust]));
  const gradients = runs.some((run) => meanConflict(run))
    ? ' Gradient figures are means over all measured steps, with an interval over the seeds alone.'
    : '';
  return `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}, ${n} test images${made}.${took} ${intervals}${gradients}`;
}

/**
 * A table with a row for each contestant, its differences from the contestant `from` (the first by default), and the
 * caption of the table. Throws `UsageError` for an unknown `from`.
 */
export function contestantTable(results: readonly RaceResult[], from?: string): string[] {
  const runs = results.flatMap(withSeeds);
  const contestants = byContestant(runs);
  const base = from ?? contestants[0].label;
  if (!contestants.some((c) => c.label === base))
    throw new UsageError(
      `There is no contestant ${base}: there are ${contestants.map((c) => c.label).join(', ')}.`,
    );
  const attack = runs.find((r) => r.final)?.final?.attack.split(',')[0] ?? 'robust';
  const differences = differenceRows(runs, base);
  const header = [
    'contestant',
    'passes / training',
    'clean %',
    `${attack} %`,
    `clean less ${base}`,
    `${attack} less ${base}`,
  ];
  const rows = contestants.map((c) => {
    const { config } = results.find(({ runs }) => runs.some(({ label }) => label === c.label))!;
    const { accuracies, conflict } = figuresOf(c, config);
    const d = differences.find(({ label }) => label === c.label);
    return [
      c.label,
      costWords(config, c.runs[0]),
      ...accuracies,
      differenceWords(d?.clean ?? null),
      differenceWords(d?.robust ?? null),
      ...conflict,
    ];
  });
  return [
    markdown([...header, 'gradient cosine', 'conflict less chance, points'], rows),
    caption(results, differences),
  ];
}

/** A title and a table of effects for every full factorial of ARAT's parts in the results. */
export const effectsTables = (results: readonly RaceResult[]): string[] =>
  effectTables(results.flatMap(withSeeds)).flatMap(({ title, factorial, rows }) => [
    `${title}. ${comparedWords(factorial)}`,
    markdown(
      ['effect', 'clean, points', 'robust, points', 'gradient cosine', 'conflict, points'],
      rows.map((r) => [r.name, r.clean, r.robust, r.cosine, r.ratio]),
    ),
  ]);
