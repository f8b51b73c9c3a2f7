/** The table of `npm run judge`: a row for each attack on each network, then transfer and the checks that fired. */
import { radiusText } from '../core/judge/radius.ts';
import { amongText } from '../core/nn/model-answers.ts';
import type { RobustnessReport, RobustnessRow } from '../core/result/stress-report.ts';

const percent = (share: number): string => (100 * share).toFixed(1);

/** Columns padded to their widest cell; the first is aligned to the left. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}

function cells({ name, partOf, correct, tried, n, interval, seconds }: RobustnessRow): string[] {
  const counted = `${correct}/${tried}${tried < n ? ` of ${n}` : ''}`;
  const [low, high] = interval.map(percent);
  return [
    `${partOf ? '  ' : ''}${name}`,
    counted,
    percent(correct / tried),
    `${low} to ${high}`,
    seconds.toFixed(1),
  ];
}

/** The report, on images of `classes` classes, as text. */
export function reportTable(report: RobustnessReport, classes: number): string {
  const { options, rows, transfer, checks, complete } = report;
  const labels = [...new Set(rows.map((r) => r.label))];
  const lines = labels.flatMap((label) => [
    label,
    ...aligned([
      ['attack', 'correct', '%', '95 % interval', 'seconds'],
      ...rows.filter((r) => r.label === label).map(cells),
    ]),
    '',
  ]);
  const norm = options.norm === 'linf' ? 'L-inf' : 'L2';
  lines.push(
    `${norm}, eps ${radiusText(options)}, seed ${options.seed}; every figure under an attack is an upper bound.`,
  );
  for (const { label, outputs } of rows.filter(({ attack }) => attack === 'clean'))
    if (outputs !== undefined) lines.push(`${label} ${amongText(outputs, classes)}`);
  if (transfer.length > 0) lines.push(`Transfer, on all ${rows[0].n} images:`);
  for (const { from, label, accuracy } of transfer)
    lines.push(`${label} on the images that PGD-20 made for ${from}: ${percent(accuracy)} %`);
  const fired = checks.filter(({ message }) => message !== null);
  for (const { label, title, message, why } of fired)
    lines.push(`${label}: check "${title}": ${message} ${why}`);
  if (fired.length === 0) lines.push('No check of these figures fired.');
  if (!complete) lines.push('The report was stopped before its end.');
  return lines.join('\n');
}
