/** Which CIFAR a configuration means: its classes are numbers, and 0 to 9 exist in both. */
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import { cifarOf } from '../storage/record.ts';

export type Cifar = ReturnType<typeof cifarOf>;

/** `provenance`: of the data it was run on, where it was. */
export function cifarOfConfig({ dataset }: ExperimentConfig, provenance = ''): Cifar {
  const source = SOURCES[dataset.source];
  if (source.kind !== 'files') return source.cifar ?? 'CIFAR-10';
  // Only CIFAR-100 has classes beyond the tenth.
  return dataset.classes.some((c) => c > 9)
    ? 'CIFAR-100'
    : cifarOf({ dataset: { provenance, classNames: [] } });
}
