/** A robustness report as a table: one line per attack and budget, one column per contestant. */
import type { RobustnessOptions } from '../../core/judge/plan.ts';
import type { RobustnessReport, RobustnessRow } from '../../core/result/stress-report.ts';
import type { Norm } from '../../core/attacks/types.ts';
import { bandOf, type BandPoint } from '../../core/result/spread.ts';
import { in255 } from '../shared/format.ts';
import { csvFile } from '../shared/csv.ts';

export interface AttackLine {
  readonly key: string;
  /** e.g. `PGD-20`. */
  readonly name: string;
  /** Budget in words, e.g. `ε 8/255, step 2/255, 20 steps`; empty for clean accuracy. */
  readonly budget: string;
  /** An attack's accuracy is an upper bound of the robust accuracy: a stronger attack may lower it. */
  readonly upperBound: boolean;
  /** Whether this is an attack within an ensemble, shown below the ensemble's own line. */
  readonly part: boolean;
  /** By contestant's label; absent where the report was stopped before this row. */
  readonly cells: ReadonlyMap<string, RobustnessRow>;
}

/** A radius in the norm's usual unit. */
export const radius = (eps: number, norm: Norm): string =>
  norm === 'linf' ? in255(eps) : String(Number(eps.toFixed(3)));

/** Reports written before rows said what they count have one attack that counts queries. */
const countsQueries = ({ counts, attack }: RobustnessRow): boolean =>
  counts === undefined ? attack === 'square' : counts === 'queries';

const NO_BUDGET = new Set(['clean', 'worst']);

function budget(row: RobustnessRow, norm: Norm): string {
  if (NO_BUDGET.has(row.attack)) return '';
  const parts = row.partOf ? [] : [`ε ${radius(row.eps, norm)}`];
  if (row.stepSize !== null && row.iterations > 1) parts.push(`step ${radius(row.stepSize, norm)}`);
  if (countsQueries(row)) parts.push(`${row.iterations.toLocaleString('en')} queries`);
  else if (row.iterations > 1) parts.push(`${row.iterations} steps`);
  if (row.targets > 0) parts.push(`up to ${row.targets} target classes`);
  if (row.restarts > 1) parts.push(`${row.restarts} starts`);
  return parts.join(', ');
}

/** Lines in the order in which the rows first name them. */
export function attackLines(rows: readonly RobustnessRow[], norm: Norm): AttackLine[] {
  const lines = new Map<string, { line: Omit<AttackLine, 'cells'>; cells: Map<string, RobustnessRow> }>();
  for (const row of rows) {
    const key = [row.partOf ?? '', row.attack, row.iterations, row.restarts, row.targets].join('|');
    const known = lines.get(key) ?? {
      line: {
        key,
        name: row.name,
        budget: budget(row, norm),
        upperBound: row.attack !== 'clean',
        part: row.partOf !== null,
      },
      cells: new Map<string, RobustnessRow>(),
    };
    known.cells.set(row.label, row);
    lines.set(key, known);
  }
  return [...lines.values()].map(({ line, cells }) => ({ ...line, cells }));
}

/**
 * A model's accuracy in per cent over eps, ascending, with the 95 % Wilson interval on the images of the report. eps is
 * in units of 1/255 (L-inf) or of pixels in [0,1] (L2).
 */
export function sweepOf({ sweep, options }: RobustnessReport, label: string): BandPoint[] {
  const unit = options.norm === 'linf' ? 255 : 1;
  // A report from a file may say that it counts no images.
  const counted = options.n > 0 && { images: options.n };
  return bandOf(
    sweep
      .filter((point) => point.label === label)
      .map(({ eps, accuracy }) => [{ x: Number((eps * unit).toFixed(3)), y: 100 * accuracy, ...counted }]),
  );
}

/** CSV of every row with its attack's parameters, seed and BatchNorm set, for a spreadsheet. */
export function reportCsv(report: RobustnessReport): string {
  const { norm, seed } = report.options;
  const what = [
    'model',
    'attack',
    'part_of',
    'norm',
    'eps',
    'step_size',
    'iterations',
    'restarts',
    'targets',
  ];
  const figures = ['correct', 'tried', 'n', 'wilson_low', 'wilson_high', 'seconds'];
  return csvFile(
    [...what, 'seed', 'bn_branch', ...figures],
    report.rows.map((r) => [
      ...[r.label, r.name, r.partOf, norm, r.eps, r.stepSize, r.iterations, r.restarts, r.targets],
      ...[seed, r.branch ?? report.branch],
      ...[r.correct, r.tried, r.n, r.interval[0], r.interval[1], r.seconds],
    ]),
  );
}

/** A report, marked as not complete, of the rows measured before a test's worker or device was lost. */
export const partialReport = (
  options: RobustnessOptions,
  rows: readonly RobustnessRow[],
): RobustnessReport => ({
  options,
  branch: 'adv',
  rows,
  sweep: [],
  transfer: [],
  checks: [],
  complete: false,
});
