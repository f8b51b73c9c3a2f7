/** Metrics of a race as CSV: one row per point. */
import type { RaceResult, RunResult } from '../../core/result/results.ts';
import { csvFile, type CsvCell } from './csv.ts';

const seedOf = (race: RaceResult, run: RunResult): number => run.seed ?? race.config.seed;

/**
 * Columns: label, method, seed, epoch, step, clean, robust, loss, balance, learning_rate, then every loss term that
 * occurs.
 */
export function curvesCsv(race: RaceResult): string {
  const points = race.runs.flatMap((run) => run.curves.map((point) => ({ run, point })));
  const terms = [...new Set(points.flatMap(({ point }) => Object.keys(point.terms ?? {})))].sort();
  return csvFile(
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
  return csvFile(
    ['label', 'method', 'seed', 'step', 'layer', 'cosine', 'ratio'],
    race.runs.flatMap((run) =>
      run.gradientConflict.flatMap((p): CsvCell[][] => [
        [run.label, run.method, seedOf(race, run), p.step, 'all', p.cosine, p.ratio],
        ...Object.entries(p.perLayer).map(([layer, x]): CsvCell[] => [
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

/** Columns: label, method, seed, clean, robust, n, attack, images_per_second, seconds, backend, status, failure. */
export function finalCsv(race: RaceResult): string {
  return csvFile(
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
      'failure',
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
      run.failure,
    ]),
  );
}
