/** The final table of `npm run experiment`. */
import { meanConflict } from '../core/result/conflict-mean.ts';
import type { RaceResult } from '../core/result/results.ts';
import {
  attackText,
  byContestant,
  earlierText,
  failuresOf,
  spreadOf,
  spreadText,
} from '../core/result/spread.ts';

/** The final table as text: one row per contestant, with mean ± standard deviation over seeds. */
export function table(result: RaceResult): string {
  const groups = byContestant(result.runs);
  const rows = groups.map(({ label, runs }) => {
    const finals = runs.flatMap((r) => r.final ?? []);
    const conflicts = runs.flatMap((r) => meanConflict(r) ?? []);
    return [
      label,
      spreadText(
        finals.map((f) => f.clean),
        1,
        100,
      ),
      spreadText(
        finals.map((f) => f.robust),
        1,
        100,
      ),
      spreadText(
        conflicts.map((c) => c.cosine),
        2,
      ),
      spreadText(
        conflicts.map((c) => c.ratio),
        3,
      ),
      spreadOf(runs.map((r) => r.imagesPerSecond))!.mean.toFixed(0),
    ];
  });
  const header = ['method', 'clean %', 'robust %', 'cosine', 'conflict', 'images/s'];
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const lines = [header, ...rows].map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i]))).join('  '),
  );
  const final = result.runs.find((r) => r.final)?.final;
  const seeds = new Set(result.runs.flatMap((r) => (r.final ? [r.seed ?? result.config.seed] : [])));
  if (final)
    lines.push(`${final.n} test images; robust: ${attackText(final.attack, seeds.size)} (an upper bound)`);
  if (seeds.size > 1)
    lines.push(`mean ± sample standard deviation over ${seeds.size} seeds: ${[...seeds].join(', ')}`);
  lines.push(...failuresOf(result.runs), ...earlierText(result));
  return lines.join('\n');
}
