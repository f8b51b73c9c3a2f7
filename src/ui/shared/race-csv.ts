/** Metrics of a race as CSV: one row per point. */
import { accuraciesOf } from '../../core/result/accuracies.ts';
import { bestEpoch } from '../../core/result/best-epoch.ts';
import { verdictOn, type Interval } from '../../core/result/difference.ts';
import { factorials } from '../../core/result/effects.ts';
import type { RaceResult, RunResult } from '../../core/result/results.ts';
import { csvFile, type CsvCell } from './csv.ts';

const seedOf = (race: RaceResult, run: RunResult): number => run.seed ?? race.config.seed;

/**
 * Columns: label, method, seed, epoch, step, clean, robust, n (test images counted), train_clean and train_robust (on
 * training images), held_out_robust (early stopping), loss, balance, learning_rate, feature_distance, then every loss
 * term that occurs. The accuracies of the last epoch are those of the final evaluation, as in the charts and the table.
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
      'train_clean',
      'train_robust',
      'held_out_robust',
      'loss',
      'balance',
      'learning_rate',
      'feature_distance',
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
      p.trainClean,
      p.trainRobust,
      p.heldOutRobust,
      p.loss,
      p.balance,
      p.learningRate,
      p.featureDistance,
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

/**
 * Columns: label, method, seed, clean, robust, n, attack, kept_epoch (early stopping), best_epoch, best_epoch_robust,
 * last_epoch_robust and estimate_n (estimates on the first test images), images_per_second, seconds, backend, status,
 * failure.
 */
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
      'kept_epoch',
      'best_epoch',
      'best_epoch_robust',
      'last_epoch_robust',
      'estimate_n',
      'images_per_second',
      'seconds',
      'backend',
      'status',
      'failure',
    ],
    race.runs.map((run) => {
      const best = bestEpoch(run, race.config);
      return [
        run.label,
        run.method,
        seedOf(race, run),
        run.final?.clean,
        run.final?.robust,
        run.final?.n,
        run.final?.attack,
        run.final?.epoch,
        best?.best.epoch,
        best?.best.robust,
        best?.last.robust,
        best?.n,
        run.imagesPerSecond,
        run.seconds,
        race.backend,
        race.status,
        run.failure,
      ];
    }),
  );
}

const FIGURES = ['clean', 'robust', 'cosine', 'ratio'] as const;

/**
 * Main effects and interactions, where the race has every combination of some switches. Columns: effect (factors
 * joined by `:`), contestants (how many are compared), figure, mean, seeds, the ends of the intervals over seeds and
 * over test images, verdict (higher, lower, none, unknown).
 */
export function effectsCsv(race: RaceResult): string {
  const ends = (interval: Interval | null): CsvCell[] => (interval ? [...interval] : [null, null]);
  return csvFile(
    [
      ...['effect', 'contestants', 'figure', 'mean', 'seeds'],
      ...['seeds_low', 'seeds_high', 'images_low', 'images_high', 'verdict'],
    ],
    factorials(race.runs).flatMap(({ effects, contestants }) =>
      effects.flatMap(({ factors, of }) =>
        FIGURES.flatMap((figure): CsvCell[][] => {
          const d = of[figure];
          if (!d) return [];
          const intervals = [...ends(d.overSeeds), ...ends(d.overImages)];
          return [[factors.join(':'), contestants, figure, d.mean, d.seeds, ...intervals, verdictOn(d)]];
        }),
      ),
    ),
  );
}

/**
 * Inference through the two BatchNorm sets and between them. Columns: label, seed, n, share (0: clean set, 1: adv set),
 * clean, robust, robust_through_other (attacked through the other set; only at shares 0 and 1).
 */
export function setsCsv(race: RaceResult): string {
  return csvFile(
    ['label', 'seed', 'n', 'share', 'clean', 'robust', 'robust_through_other'],
    race.runs.flatMap((run) => {
      const sets = run.final?.sets;
      if (!sets) return [];
      const other = (share: number) => (share === 0 ? sets.advToClean : share === 1 ? sets.cleanToAdv : null);
      return sets.path.map(({ share, clean, robust }): CsvCell[] => [
        ...[run.label, seedOf(race, run), sets.n, share, clean, robust, other(share)],
      ]);
    }),
  );
}
