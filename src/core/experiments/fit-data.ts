/** Fits an experiment to the images that its data set has. Imports no tensors. */
import { SOURCES, type DataSource } from '../data/sources/catalogue.ts';
import type { ExperimentConfig } from '../settings/config.ts';

/** Number of images of each class, by class index. */
export interface ClassCounts {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** What is known of a loaded data set. */
export type CountedData = Partial<Record<DataSource, { readonly perClass?: ClassCounts }>>;

/** The counts of `source`: those loaded, else its limits; null for files that are not read yet. */
export function countsOf(source: DataSource, data: CountedData): ClassCounts | null {
  const loaded = data[source]?.perClass;
  if (loaded) return loaded;
  const { kind, limits } = SOURCES[source];
  if (kind === 'files') return null;
  const each = (images: number) =>
    Array.from({ length: limits.classes }, () => Math.floor(images / limits.classes));
  return { train: each(limits.train), test: each(limits.test) };
}

/** The most images that a subset with as many of each of `classes` can have. */
export const mostOf = (counts: readonly number[], classes: readonly number[]): number =>
  Math.min(...classes.map((c) => counts[c] ?? 0)) * classes.length;

/**
 * `config` with no more classes and images than its data has, and a batch no larger than its training set. The classes
 * stay those chosen that have images; if fewer than two are left, they become the first ones that have. Null if the
 * data does not suffice for two classes, or is not known yet.
 */
export function fitToData(config: ExperimentConfig, data: CountedData): ExperimentConfig | null {
  const { dataset, optimiser, evaluation } = config;
  const counts = countsOf(dataset.source, data);
  if (!counts) return null;
  const has = (c: number): boolean => (counts.train[c] ?? 0) > 0 && (counts.test[c] ?? 0) > 0;
  const chosen = dataset.classes.filter(has);
  const some = counts.train.map((_, c) => c).filter(has);
  const classes = chosen.length >= 2 ? chosen : some.slice(0, Math.max(2, dataset.classes.length));
  if (classes.length < 2) return null;
  const trainSize = Math.min(dataset.trainSize, mostOf(counts.train, classes));
  const testSize = Math.min(dataset.testSize, mostOf(counts.test, classes));
  const heldOut = Math.min(evaluation.heldOut, Math.floor(trainSize / 2));
  const batchSize = Math.min(optimiser.batchSize, trainSize - heldOut);
  return {
    ...config,
    preset: 'custom',
    dataset: { ...dataset, classes, trainSize, testSize },
    optimiser: { ...optimiser, batchSize },
    evaluation: { ...evaluation, heldOut },
  };
}
