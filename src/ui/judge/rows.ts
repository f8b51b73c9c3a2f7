/** A robustness report as a table: one line per attack and budget, one column per contestant. */
import type { RobustnessReport, RobustnessRow } from '../../worker/api.ts';
import { in255 } from '../see/format.ts';

export interface AttackLine {
  readonly key: string;
  /** e.g. `PGD-20`. */
  readonly name: string;
  /** Budget in words, e.g. `ε 8/255, step 2/255, 20 steps, 1 start`; empty for clean accuracy. */
  readonly budget: string;
  /** An attack's accuracy is an upper bound of the robust accuracy: a stronger attack may lower it. */
  readonly upperBound: boolean;
  /** By contestant; missing where the report was stopped before. */
  readonly cells: ReadonlyMap<string, RobustnessRow>;
}

const NAMES: Readonly<Record<string, string>> = {
  clean: 'Clean',
  fgsm: 'FGSM',
  'pgd-20': 'PGD-20, cross-entropy',
  'pgd-20-margin': 'PGD-20, margin',
  worst: 'Worst case over the attacks, image by image',
  transfer: 'Transfer',
  noise: 'Random noise',
  autoattack: 'AutoAttack',
};

export function attackName(attack: string): string {
  return NAMES[attack] ?? attack.replace(/^pgd/i, 'PGD').replace(/^apgd/i, 'APGD');
}

function budget(row: RobustnessRow): string {
  if (row.attack === 'clean') return '';
  const parts = [`ε ${in255(row.eps)}`];
  if (row.steps > 1) parts.push(`step ${in255(row.stepSize)}`, `${row.steps} steps`);
  if (row.restarts > 1) parts.push(`${row.restarts} starts`);
  return parts.join(', ');
}

/** Lines in the order in which the report first names them; rows of the eps sweep belong to the chart and are left out. */
export function attackLines(report: RobustnessReport): AttackLine[] {
  const lines = new Map<string, { line: Omit<AttackLine, 'cells'>; cells: Map<string, RobustnessRow> }>();
  for (const row of report.rows) {
    if (row.attack === 'sweep') continue;
    const key = [row.attack, row.eps, row.stepSize, row.steps, row.restarts].join('|');
    const known = lines.get(key) ?? {
      line: { key, name: attackName(row.attack), budget: budget(row), upperBound: row.attack !== 'clean' },
      cells: new Map<string, RobustnessRow>(),
    };
    known.cells.set(row.label, row);
    lines.set(key, known);
  }
  return [...lines.values()].map(({ line, cells }) => ({ ...line, cells }));
}

export interface SweepPoint {
  /** eps in 1/255. */
  readonly eps255: number;
  /** Accuracy in percent by contestant. */
  readonly [label: string]: number;
}

/** One point per eps, ascending, for the chart. Labels are prefixed with `a:` so that none can collide with `eps255`. */
export function sweepPoints(report: RobustnessReport): SweepPoint[] {
  const byEps = new Map<number, Record<string, number>>();
  for (const { label, eps, accuracy } of report.sweep) {
    const eps255 = Number((eps * 255).toFixed(3));
    const point = byEps.get(eps255) ?? {};
    point[`a:${label}`] = 100 * accuracy;
    byEps.set(eps255, point);
  }
  return [...byEps].sort(([a], [b]) => a - b).map(([eps255, point]) => ({ ...point, eps255 }));
}
