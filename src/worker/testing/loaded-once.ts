/** The synthetic data made once for all engines of a test file: making it takes longer than a tiny race. */
import type * as Load from '../../core/data/load.ts';

/** For `vi.mock` of core/data/load.ts. */
export function loadedOnce(load: typeof Load): typeof Load {
  let synthetic: ReturnType<typeof Load.loadDataset> | null = null;
  const loadDataset: typeof Load.loadDataset = (source, options) =>
    source === 'synthetic' ? (synthetic ??= load.loadDataset(source)) : load.loadDataset(source, options);
  return { ...load, loadDataset };
}
