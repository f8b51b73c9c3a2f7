/** Finds out which CIFAR a configuration refers to, since classes 0 to 9 exist in both. */
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import { cifarOf } from '../storage/record.ts';

export type Cifar = ReturnType<typeof cifarOf>;

/** `provenance` is that of the data, if the experiment was run. CIFAR-10 if nothing decides. */
export function cifarOfConfig({ dataset }: ExperimentConfig, provenance = ''): Cifar {
  const source = SOURCES[dataset.source];
  if (source.kind !== 'files') return source.cifar ?? 'CIFAR-10';
  // Only CIFAR-100 has classes above 9.
  return dataset.classes.some((c) => c > 9)
    ? 'CIFAR-100'
    : cifarOf({ dataset: { provenance, classNames: [] } });
}
