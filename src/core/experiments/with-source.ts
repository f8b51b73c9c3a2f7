/** An experiment moved to other images. */
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
  // A choice of which something is missing becomes the first so many classes.
  const most = Math.min(wanted.length, limits.classes);
  return there.length === wanted.length ? there : Array.from({ length: most }, (_, i) => i);
}

/**
 * Training or test images that `source` has of so many classes. Of files, the classes are known when they have been
 * read: all that such a set can hold.
 */
export function mostImages(source: DataSource, classes: number, which: 'train' | 'test'): number {
  const { kind, limits } = SOURCES[source];
  return kind === 'files' ? limits[which] : Math.floor((limits[which] * classes) / limits.classes);
}

/**
 * `config` on the images of `source`: the same classes where it has them, else its first ones, and no more images than
 * it has. Everything else stays.
 */
export function withSource(config: ExperimentConfig, source: DataSource): ExperimentConfig {
  if (config.dataset.source === source) return config;
  const classes = classesIn(source, config.dataset);
  const most = (which: 'train' | 'test') => mostImages(source, classes.length, which);
  const trainSize = Math.min(config.dataset.trainSize, most('train'));
  const testSize = Math.min(config.dataset.testSize, most('test'));
  return { ...config, dataset: { source, classes, trainSize, testSize } };
}
