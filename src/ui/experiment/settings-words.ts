import type { ExperimentConfig } from '../../core/settings/config.ts';
import { SOURCES } from '../../core/data/sources/catalogue.ts';

/** What the next race trains, in one line: `quick preset, 4 contestants, 1,024 images of CIFAR-10, 8 epochs`. */
export function settingsInWords(config: ExperimentConfig): string {
  const { preset, contestants, dataset, optimiser, repeats } = config;
  const many = (n: number, what: string) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
  return [
    preset === 'custom' ? 'own settings' : `${preset} preset`,
    many(contestants.length, 'contestant'),
    `${many(dataset.trainSize, 'image')} of ${SOURCES[dataset.source].short}`,
    many(optimiser.epochs, 'epoch'),
    ...(repeats > 1 ? [many(repeats, 'seed')] : []),
  ].join(', ');
}
