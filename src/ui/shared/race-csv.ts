/** Metrics of a race as CSV: one row per point. */
import { accuraciesOf } from '../../core/result/accuracies.ts';
import type { RaceResult, RunResult } from '../../core/result/results.ts';
import { csvFile, type CsvCell } from './csv.ts';

const seedOf = (race: RaceResult, run: RunResult): number => run.seed ?? race.config.seed;

/**
 * Columns: label, method, seed, epoch, step, clean, robust, n (test images counted), loss, balance, learning_rate,
 * then every loss term that occurs. The accuracies of the last epoch are those of the final evaluation, as in the
 * charts and the table.
 */
export function curvesCsv(race: RaceResult): string {
  const points = race.runs.flatMap((run) => {
    const accuracies = new Map(accuraciesOf(run, race.config).map((a) => [a.epoch, a]));
    return run.curves.map((point) => ({ run, point, accuracy: accuracies.get(point.epoch) }));
  });
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
      'n',
      'loss',
      'balance',
      'learning_rate',
      ...terms.map((t) => `term_${t}`),
    ],
    points.map(({ run, point: p, accuracy }) => [
      run.label,
      run.method,
      seedOf(race, run),
      p.epoch,
      p.step,
      accuracy?.clean,
      accuracy?.robust,
      accuracy?.n,
      p.loss,
      p.balance,
      p.learningRate,
      ...terms.map((t) => p.terms?.[t]),
    ]),
  );
}

/** Columns: label, method, seed, step, layer (`all`: the whole network), cosine, ratio and chance (only for `all`). */
export function conflictCsv(race: RaceResult): string {
  return csvFile(
    ['label', 'method', 'seed', 'step', 'layer', 'cosine', 'ratio', 'chance'],
    race.runs.flatMap((run) =>
      run.gradientConflict.flatMap((p): CsvCell[][] => [
        [run.label, run.method, seedOf(race, run), p.step, 'all', p.cosine, p.ratio, p.chance],
        ...Object.entries(p.perLayer).map(([layer, x]): CsvCell[] => [
          run.label,
          run.method,
          seedOf(race, run),
          p.step,
          layer,
          x,
          null,
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
