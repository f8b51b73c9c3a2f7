/** Changes the data source of an experiment. */
import { SOURCES, type DataSource } from '../data/sources/catalogue.ts';
import { EMBEDDED_CLASSES } from '../data/sources/embedded.ts';
import type { ExperimentConfig } from '../settings/config.ts';

/** The numbers in CIFAR-10 of the classes in `dataset`. */
const inCifar10 = ({ source, classes }: ExperimentConfig['dataset']): number[] =>
  source === 'embedded' ? classes.map((c) => EMBEDDED_CLASSES[c] ?? c) : classes;

function classesIn(source: DataSource, dataset: ExperimentConfig['dataset']): number[] {
  const { limits } = SOURCES[source];
  const wanted = inCifar10(dataset);
  const numbers =
    source === 'embedded' ? wanted.map((c) => EMBEDDED_CLASSES.findIndex((e) => e === c)) : wanted;
  const there = numbers.filter((c) => c >= 0 && c < limits.classes);
  // If `source` lacks one of the classes, take as many of its classes, from the first on.
  const most = Math.min(wanted.length, limits.classes);
  return there.length === wanted.length ? there : Array.from({ length: most }, (_, i) => i);
}

/**
 * The largest number of training or test images that `classes` classes of `source` have. Files show their classes only
 * when read, so that for them this is the limit of the whole set.
 */
export function mostImages(source: DataSource, classes: number, which: 'train' | 'test'): number {
  const { kind, limits } = SOURCES[source];
  return kind === 'files' ? limits[which] : Math.floor((limits[which] * classes) / limits.classes);
}

/**
 * `config` with the data source `source`. The classes stay the same if it has all of them; otherwise they become its
 * first ones. The numbers of images are reduced to those that it has.
 */
export function withSource(config: ExperimentConfig, source: DataSource): ExperimentConfig {
  if (config.dataset.source === source) return config;
  const classes = classesIn(source, config.dataset);
  const most = (which: 'train' | 'test') => mostImages(source, classes.length, which);
  const trainSize = Math.min(config.dataset.trainSize, most('train'));
  const testSize = Math.min(config.dataset.testSize, most('test'));
  return { ...config, dataset: { source, classes, trainSize, testSize } };
}
