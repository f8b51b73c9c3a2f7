/** The final table of `npm run experiment`. */
import { estimateImages } from '../core/result/accuracies.ts';
import { bestEpoch } from '../core/result/best-epoch.ts';
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
  const withTraining = result.config.evaluation.trainingSet;
  const rows = groups.map(({ label, runs }) => {
    const finals = runs.flatMap((r) => r.final ?? []);
    const best = runs.flatMap((r) => bestEpoch(r, result.config) ?? []);
    const training = runs.flatMap((r) => r.curves.at(-1)?.trainRobust ?? []);
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
        best.map((b) => b.best.robust),
        1,
        100,
      ),
      [...new Set(best.map((b) => b.best.epoch))].sort((a, b) => a - b).join(',') || '–',
      spreadText(
        best.map((b) => b.last.robust),
        1,
        100,
      ),
      ...(withTraining ? [spreadText(training, 1, 100)] : []),
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
  const header = [
    ...['method', 'clean %', 'robust %', 'best %', 'at epoch', 'last %'],
    ...(withTraining ? ['train %'] : []),
    ...['cosine', 'conflict', 'images/s'],
  ];
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const lines = [header, ...rows].map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i]))).join('  '),
  );
  const final = result.runs.find((r) => r.final)?.final;
  const seeds = new Set(result.runs.flatMap((r) => (r.final ? [r.seed ?? result.config.seed] : [])));
  if (final)
    lines.push(`${final.n} test images; robust: ${attackText(final.attack, seeds.size)} (an upper bound)`);
  if (result.runs.some((run) => bestEpoch(run, result.config)))
    lines.push(
      `best, last: robust % by the estimate on ${estimateImages(result.config)} test images after the best and the last epoch` +
        (withTraining ? '; train: on as many training images, after the last' : ''),
    );
  const { heldOut } = result.config.evaluation;
  if (heldOut > 0) {
    const kept = result.runs.flatMap((r) =>
      r.final?.epoch === undefined ? [] : [`${r.label} ${r.final.epoch}`],
    );
    lines.push(`early stopping on ${heldOut} held-out training images, epochs kept: ${kept.join(', ')}`);
  }
  if (seeds.size > 1)
    lines.push(`mean ± sample standard deviation over ${seeds.size} seeds: ${[...seeds].join(', ')}`);
  lines.push(...failuresOf(result.runs), ...earlierText(result));
  return lines.join('\n');
}
