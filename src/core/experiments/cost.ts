/** What an experiment costs, in floating-point operations and in seconds, before it is run. Free of tensors. */
import { CATALOGUE } from '../methods/catalogue.ts';
import { networkCost } from '../nn/architecture.ts';
import type { ExperimentConfig, MethodId } from '../settings/config.ts';

/** Training cost of one contestant in FLOP (convolutions and linear layer; evaluation is not counted). */
export function trainingFlop(config: ExperimentConfig, method: MethodId): number {
  const { flopPerImage } = networkCost({ ...config.network, classes: config.dataset.classes.length });
  const { batchSize, epochs } = config.optimiser;
  const images = Math.floor(config.dataset.trainSize / batchSize) * batchSize * epochs;
  return flopPerImage * images * CATALOGUE[method].passes(config.attack.steps);
}

/**
 * Cost of a contestant's evaluations in FLOP: after every epoch on the subset, at the end on all test images, clean and
 * under PGD.
 */
export function evaluationFlop({ network, dataset, evaluation, optimiser }: ExperimentConfig): number {
  const { flopPerImage } = networkCost({ ...network, classes: dataset.classes.length });
  const images = (optimiser.epochs + 1) * Math.min(evaluation.n, dataset.testSize) + dataset.testSize;
  // Clean forward, forward and image gradient of each attack step, forward of what it found.
  return flopPerImage * images * (1 + 2 * evaluation.steps + 1);
}

/** Seconds that a race takes on a machine of `gflops` GFLOP/s: training and evaluation of all contestants and seeds. */
export function raceSeconds(config: ExperimentConfig, gflops: number): number {
  const evaluation = config.repeats * config.contestants.length * evaluationFlop(config);
  return (1e12 * raceTeraflop(config) + evaluation) / (1e9 * gflops);
}

/** Training cost of the whole race, all its seeds, in TFLOP. */
export function raceTeraflop(config: ExperimentConfig): number {
  return (
    config.contestants.reduce((sum, c) => sum + trainingFlop(config, c.method), 0) * (config.repeats / 1e12)
  );
}
