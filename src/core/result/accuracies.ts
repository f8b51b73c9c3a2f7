/**
 * The accuracies of a run by epoch, each with the number of test images that were counted: what curves, the trade-off
 * plane and tables show. The epochs before the last are estimates on the first test images; the last point is the final
 * evaluation on all of them, so that it agrees with the table.
 */
import type { ExperimentConfig } from '../settings/config.ts';
import type { EpochPoint, FinalResult, RunResult } from './results.ts';

export interface Accuracies {
  readonly epoch: number;
  readonly clean: number;
  readonly robust: number;
  /** Test images counted. */
  readonly n: number;
}

type Sizes = Pick<ExperimentConfig, 'evaluation' | 'dataset' | 'optimiser'>;

/** Test images that the estimate after an epoch counts: a race with fewer than its settings ask for is refused. */
export const estimateImages = ({ evaluation, dataset }: Pick<Sizes, 'evaluation' | 'dataset'>): number =>
  Math.min(evaluation.n, dataset.testSize);

/** By the measurement that a point was made of: the same point as long as the measurement is the same object. */
const made = new WeakMap<EpochPoint | FinalResult, Accuracies>();

function pointOf(of: EpochPoint | FinalResult, epoch: number, n: number): Accuracies {
  const known = made.get(of);
  if (known && known.epoch === epoch && known.n === n) return known;
  const point = { epoch, clean: of.clean, robust: of.robust, n };
  made.set(of, point);
  return point;
}

/** In the order of the epochs; empty for a run without curves, as summaries are. */
export function accuraciesOf({ curves, final }: RunResult, config: Sizes): readonly Accuracies[] {
  if (curves.length === 0) return [];
  const { epochs } = config.optimiser;
  const estimates = final ? curves.filter((p) => p.epoch < epochs) : curves;
  const points = estimates.map((p) => pointOf(p, p.epoch, estimateImages(config)));
  return final ? [...points, pointOf(final, epochs, final.n)] : points;
}

/** The final evaluation, or the estimate after the last epoch; null before the first. */
export function latestAccuracies({ curves, final }: RunResult, config: Sizes): Accuracies | null {
  if (final) return pointOf(final, config.optimiser.epochs, final.n);
  const last = curves.at(-1);
  return last ? pointOf(last, last.epoch, estimateImages(config)) : null;
}

/** How many test images the points of a race's curves count, in a sentence. */
export function imagesText(runs: readonly RunResult[], config: Sizes): string {
  const estimate = estimateImages(config);
  const finals = [...new Set(runs.flatMap((run) => run.final?.n ?? []))];
  const images = (n: number) => `${n.toLocaleString('en')} test images`;
  if (finals.length === 0) return `Each point counts the first ${images(estimate)}.`;
  if (finals.length === 1 && finals[0] === estimate) return `Each point counts ${images(estimate)}.`;
  const all = finals.map((n) => n.toLocaleString('en')).join(' or ');
  return (
    `The last point is the final evaluation on ${all} test images, as in the table; ` +
    `the points before it count the first ${estimate.toLocaleString('en')} of them.`
  );
}
