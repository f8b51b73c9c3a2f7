/** The mean of a run's gradient conflict, which every table shows, and the ratio to expect by chance. */
import { sharedWeightSizes } from '../nn/architecture.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import type { ConflictMean, RunResult } from './results.ts';
import { spreadOf } from './spread.ts';

/**
 * The run's `conflictMean`, which a link carries because it holds only some of the points. Otherwise the mean over the
 * points of `gradientConflict`, where `chance` is absent if no point has it. Null if there is neither.
 */
export function meanConflict({
  gradientConflict,
  conflictMean,
}: Pick<RunResult, 'gradientConflict' | 'conflictMean'>): ConflictMean | null {
  if (conflictMean) return conflictMean;
  if (gradientConflict.length === 0) return null;
  const mean = (of: 'cosine' | 'ratio' | 'chance') =>
    spreadOf(gradientConflict.flatMap((p) => p[of] ?? []))?.mean;
  const chance = mean('chance');
  return { cosine: mean('cosine')!, ratio: mean('ratio')!, ...(chance !== undefined && { chance }) };
}

/**
 * The name in a network with split BatchNorm. Without split BatchNorm a shortcut's convolution is
 * `layer2.0.shortcut.0.weight` instead of `layer2.0.shortcut.weight`.
 */
const plainName = (weight: string): string => weight.replace('.shortcut.0.', '.shortcut.');

/**
 * The conflict ratio to expect from independent signs (`ConflictPoint.chance`): the measured mean. Results written
 * before it was measured give it from the sizes of the weights that both terms reach at the first point, divided by
 * those of all shared weights, each of which at least one term reaches. Null if no conflict was measured.
 */
export function conflictChance(
  run: Pick<RunResult, 'gradientConflict' | 'conflictMean'>,
  { network, dataset }: Pick<ExperimentConfig, 'network' | 'dataset'>,
): number | null {
  const measured = meanConflict(run)?.chance;
  if (measured !== undefined) return measured;
  const [first] = run.gradientConflict;
  if (!first) return null;
  const reached = new Set(Object.keys(first.perLayer).map(plainName));
  let [both, all] = [0, 0];
  for (const [name, size] of sharedWeightSizes({ ...network, classes: dataset.classes.length })) {
    all += size;
    if (reached.has(name)) both += size;
  }
  return both / 2 / all;
}
