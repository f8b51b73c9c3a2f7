/** The one mean of a run's gradient conflict that every table shows: over all measured steps. */
import type { ConflictMean, RunResult } from './results.ts';
import { spreadOf } from './spread.ts';

/** Null where nothing was measured. A result whose series was thinned carries the mean of the whole series. */
export function meanConflict({
  gradientConflict,
  conflictMean,
}: Pick<RunResult, 'gradientConflict' | 'conflictMean'>): ConflictMean | null {
  if (conflictMean) return conflictMean;
  if (gradientConflict.length === 0) return null;
  const mean = (of: 'cosine' | 'ratio') => spreadOf(gradientConflict.map((p) => p[of]))!.mean;
  return { cosine: mean('cosine'), ratio: mean('ratio') };
}
