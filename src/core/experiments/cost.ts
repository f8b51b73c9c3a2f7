/** Estimates an experiment's cost, in floating-point operations and in seconds, before it runs. Imports no tensors. */
import { CATALOGUE } from '../methods/catalogue.ts';
import { networkCost } from '../nn/architecture.ts';
import type { Contestant, ExperimentConfig } from '../settings/config.ts';

/**
 * Training cost of one contestant and one seed in FLOP: convolutions and linear layer on the images of an epoch's
 * batches, without evaluation.
 */
export function trainingFlop(
  config: ExperimentConfig,
  { method, switches }: Pick<Contestant, 'method' | 'switches'>,
): number {
  const { flopPerImage } = networkCost({ ...config.network, classes: config.dataset.classes.length });
  const { batchSize, epochs, keepLastBatch } = config.optimiser;
  const { trainSize } = config.dataset;
  const images = (keepLastBatch ? trainSize : Math.floor(trainSize / batchSize) * batchSize) * epochs;
  return flopPerImage * images * CATALOGUE[method].passes(config.attack.steps, switches);
}

/**
 * Cost of one contestant's evaluations with one seed in FLOP, on clean images and under PGD: before the first epoch and
 * after each on `evaluation.n` test images, at the end on all of them.
 */
export function evaluationFlop({ network, dataset, evaluation, optimiser }: ExperimentConfig): number {
  const { flopPerImage } = networkCost({ ...network, classes: dataset.classes.length });
  const images = (optimiser.epochs + 1) * Math.min(evaluation.n, dataset.testSize) + dataset.testSize;
  // In forward passes: the clean image 1, each attack step 2 (forward and image gradient), the attacked image 1.
  return flopPerImage * images * (1 + 2 * evaluation.steps + 1);
}

/** Seconds that a race takes at `gflops` GFLOP/s (> 0): training and evaluation of all contestants and seeds. */
export function raceSeconds(config: ExperimentConfig, gflops: number): number {
  const evaluation = config.repeats * config.contestants.length * evaluationFlop(config);
  return (1e12 * raceTeraflop(config) + evaluation) / (1e9 * gflops);
}

/** Training cost of all contestants and seeds of a race in TFLOP, without evaluation. */
export function raceTeraflop(config: ExperimentConfig): number {
  return config.contestants.reduce((sum, c) => sum + trainingFlop(config, c), 0) * (config.repeats / 1e12);
}
