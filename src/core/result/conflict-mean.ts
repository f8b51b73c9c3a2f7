/** The one mean of a run's gradient conflict that every table shows: over all measured steps. */
import { sharedWeightSizes } from '../nn/architecture.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import type { ConflictMean, RunResult } from './results.ts';
import { spreadOf } from './spread.ts';

/** Null where nothing was measured. A result whose series was thinned carries the mean of the whole series. */
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

/** `layer2.0.shortcut.0.weight` of a network with shared BatchNorm is `layer2.0.shortcut.weight` of one with split. */
const plainName = (weight: string): string => weight.replace('.shortcut.0.', '.shortcut.');

/**
 * The conflict ratio that signs without relation give: half of the weights with a gradient from both terms, over all
 * shared weights. As measured; for results of before it was, from the sizes of the layers that both terms reached. Null
 * where no conflict was measured.
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
