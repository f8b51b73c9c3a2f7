/** The mean gradient conflict of a run that measured more points than a result keeps (measured.ts thins them). */
import { meanConflict } from '../result/conflict-mean.ts';
import type { ConflictMean, ConflictPoint, RunResult } from '../result/results.ts';
import { CONFLICTS } from './measured.ts';

/**
 * The run's `conflictMean` after it measured `point`; undefined while the result keeps every point. A point that was
 * counted before, as after resuming from an earlier state, is not counted again.
 */
export function meanAfter(
  run: Pick<RunResult, 'gradientConflict' | 'conflictMean'>,
  point: ConflictPoint,
): ConflictMean | undefined {
  const { gradientConflict: points, conflictMean } = run;
  if (conflictMean === undefined && points.length < CONFLICTS.most) return undefined;
  const kept = CONFLICTS.passes(point) ? point : CONFLICTS.repair(point);
  const before = conflictMean ?? {
    ...meanConflict(run)!,
    n: points.length,
    until: points[points.length - 1].step,
  };
  const { n, until } = before;
  // The mean of a link has no count, so that nothing can be added to it.
  if (kept === null || n === undefined || until === undefined || kept.step <= until) return before;
  const added = (mean: number, x: number) => mean + (x - mean) / (n + 1);
  return {
    cosine: added(before.cosine, kept.cosine),
    ratio: added(before.ratio, kept.ratio),
    ...(before.chance !== undefined && { chance: added(before.chance, kept.chance ?? before.chance) }),
    n: n + 1,
    until: kept.step,
  };
}
