/** Metrics as CSV (RFC 4180, CRLF, one header line): one row per point, ready for pandas or a spreadsheet. */
import type { RaceResult, RunResult } from '../../core/results.ts';

type Cell = string | number | null | undefined;

/**
 * Quotes where needed. Text that a spreadsheet would run as a formula gets a leading apostrophe: labels may come from a
 * stranger's link.
 */
export function csvCell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => row.map(csvCell).join(',') + '\r\n').join('');
}

const seedOf = (race: RaceResult, run: RunResult): number => run.seed ?? race.config.seed;

/** Columns: label, method, seed, epoch, step, clean, robust, loss, balance, learning_rate, then every loss term that occurs. */
export function curvesCsv(race: RaceResult): string {
  const points = race.runs.flatMap((run) => run.curves.map((point) => ({ run, point })));
  const terms = [...new Set(points.flatMap(({ point }) => Object.keys(point.terms ?? {})))].sort();
  return csv(
    [
      'label',
      'method',
      'seed',
      'epoch',
      'step',
      'clean',
      'robust',
      'loss',
      'balance',
      'learning_rate',
      ...terms.map((t) => `term_${t}`),
    ],
    points.map(({ run, point: p }) => [
      run.label,
      run.method,
      seedOf(race, run),
      p.epoch,
      p.step,
      p.clean,
      p.robust,
      p.loss,
      p.balance,
      p.learningRate,
      ...terms.map((t) => p.terms?.[t]),
    ]),
  );
}

/** Columns: label, method, seed, step, layer (`all` for the whole network), cosine, ratio (only for `all`). */
export function conflictCsv(race: RaceResult): string {
  return csv(
    ['label', 'method', 'seed', 'step', 'layer', 'cosine', 'ratio'],
    race.runs.flatMap((run) =>
      run.gradientConflict.flatMap((p): Cell[][] => [
        [run.label, run.method, seedOf(race, run), p.step, 'all', p.cosine, p.ratio],
        ...Object.entries(p.perLayer).map(([layer, x]): Cell[] => [
          run.label,
          run.method,
          seedOf(race, run),
          p.step,
          layer,
          x,
          null,
        ]),
      ]),
    ),
  );
}

/** Columns: label, method, seed, clean, robust, n, attack, images_per_second, seconds, backend, status. */
export function finalCsv(race: RaceResult): string {
  return csv(
    [
      'label',
      'method',
      'seed',
      'clean',
      'robust',
      'n',
      'attack',
      'images_per_second',
      'seconds',
      'backend',
      'status',
    ],
    race.runs.map((run) => [
      run.label,
      run.method,
      seedOf(race, run),
      run.final?.clean,
      run.final?.robust,
      run.final?.n,
      run.final?.attack,
      run.imagesPerSecond,
      run.seconds,
      race.backend,
      race.status,
    ]),
  );
}
