/**
 * A run's accuracies by epoch, each with the number of test images it counts, for the curves, the trade-off plane and
 * the tables. After an epoch they are estimated on the first test images. The final evaluation on all test images
 * replaces the estimate after the last epoch, so that the curve's last point agrees with the table.
 */
import { trainingFlop } from '../experiments/cost.ts';
import { epochsOf } from '../experiments/epochs.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import type { EpochPoint, FinalResult, RunResult } from './results.ts';

export interface Accuracies {
  /** Finished epochs. */
  readonly epoch: number;
  /** Accuracies in [0,1]: without an attack and under the evaluation attack. */
  readonly clean: number;
  readonly robust: number;
  /** Test images counted. */
  readonly n: number;
  /** FLOP of training up to this epoch, without evaluations (experiments/cost.ts). */
  readonly flop: number;
}

export type EstimateSizes = Pick<ExperimentConfig, 'evaluation' | 'dataset'>;

/**
 * Number of test images in the estimate after an epoch. Exact, because data with fewer than `dataset.testSize` test
 * images is refused (data/subset.ts).
 */
export const estimateImages = ({ evaluation, dataset }: EstimateSizes): number =>
  Math.min(evaluation.n, dataset.testSize);

/** The point made of each measurement, so that the same measurement object always gives the same point object. */
const made = new WeakMap<EpochPoint | FinalResult, Accuracies>();

function pointOf(
  of: EpochPoint | FinalResult,
  epoch: number,
  n: number,
  run: RunResult,
  config: ExperimentConfig,
): Accuracies {
  const flop = (trainingFlop(config, run) * epoch) / epochsOf(config, run);
  const known = made.get(of);
  if (known && known.epoch === epoch && known.n === n && known.flop === flop) return known;
  const point = { epoch, clean: of.clean, robust: of.robust, n, flop };
  made.set(of, point);
  return point;
}

/** The points in order of epochs. Of a run without curves, as in a short link, the final evaluation alone. */
export function accuraciesOf(run: RunResult, config: ExperimentConfig): readonly Accuracies[] {
  const { curves, final } = run;
  const epochs = epochsOf(config, run);
  const estimates = final ? curves.filter((p) => p.epoch < epochs) : curves;
  const points = estimates.map((p) => pointOf(p, p.epoch, estimateImages(config), run, config));
  return final ? [...points, pointOf(final, epochs, final.n, run, config)] : points;
}

/** The final evaluation, else the last estimate, else null. */
export function latestAccuracies(run: RunResult, config: ExperimentConfig): Accuracies | null {
  const { curves, final } = run;
  if (final) return pointOf(final, epochsOf(config, run), final.n, run, config);
  const last = curves.at(-1);
  return last ? pointOf(last, last.epoch, estimateImages(config), run, config) : null;
}

/** A sentence for the page: how many test images the points of a race's curves count. */
export function imagesText(runs: readonly RunResult[], config: EstimateSizes): string {
  const estimate = estimateImages(config);
  const finals = [...new Set(runs.flatMap((run) => run.final?.n ?? []))];
  const isKept = runs.some((run) => run.final?.epoch !== undefined);
  const images = (n: number) => `${n.toLocaleString('en')} test images`;
  if (finals.length === 0) return `Each point counts the first ${images(estimate)}.`;
  if (finals.length === 1 && finals[0] === estimate && !isKept)
    return `Each point counts ${images(estimate)}.`;
  const all = finals.map((n) => n.toLocaleString('en')).join(' or ');
  return (
    `The last point is the final evaluation on ${all} test images, as in the table; ` +
    `the points before it count the first ${estimate.toLocaleString('en')} of them.` +
    (isKept ? ' With early stopping the last point is of the weights that were kept.' : '')
  );
}
