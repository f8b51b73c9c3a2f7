/**
 * The epoch with the highest estimate of robust accuracy, beside the last one: late in adversarial training robust
 * accuracy often falls again (robust overfitting: Rice, Wong, Kolter, ICML 2020). Both are estimates on the same test
 * images, so that their difference compares like with like. The best was chosen on the images that it is measured on,
 * which makes it a little too high.
 */
import { estimateImages, type EstimateSizes } from './accuracies.ts';
import type { EpochPoint, RunResult } from './results.ts';

/** The first of the trained points with the highest robust accuracy; undefined if there is none. */
export function bestPoint(curves: readonly EpochPoint[]): EpochPoint | undefined {
  const trained = curves.filter((p) => p.epoch > 0);
  return trained.reduce<EpochPoint | undefined>(
    (best, p) => (best && best.robust >= p.robust ? best : p),
    undefined,
  );
}

export interface BestEpoch {
  readonly best: EpochPoint;
  readonly last: EpochPoint;
  /** Test images that both count. */
  readonly n: number;
}

/** Null until two epochs have been trained and evaluated. */
export function bestEpoch({ curves }: Pick<RunResult, 'curves'>, config: EstimateSizes): BestEpoch | null {
  const best = bestPoint(curves);
  const last = curves.at(-1);
  if (!best || !last || curves.filter((p) => p.epoch > 0).length < 2) return null;
  return { best, last, n: estimateImages(config) };
}
