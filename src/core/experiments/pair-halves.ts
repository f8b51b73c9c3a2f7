/** How many images the conflict by pairs of terms is measured on. Imports no tensors. */
import type { ExperimentConfig } from '../settings/config.ts';

/**
 * Two halves, each of `batches` batches of `size` of `all` training images: every term is compared with itself on the
 * two, and with the others on the first half or, with `pairImages` 'all', on both (training/conflict-pairs.ts). A
 * smaller last batch is left out. `size` is 0 where there are too few images.
 */
export function pairHalves(
  all: number,
  { pairImages, optimiser }: Pick<ExperimentConfig, 'pairImages' | 'optimiser'>,
): { readonly size: number; readonly batches: number } {
  const size = Math.min(optimiser.batchSize, Math.floor(all / 2));
  return { size, batches: pairImages === 'all' && size > 0 ? Math.floor(all / size / 2) : 1 };
}
