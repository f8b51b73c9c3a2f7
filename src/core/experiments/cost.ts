/** Estimates an experiment's cost, in floating-point operations and in seconds, before it runs. Imports no tensors. */
import { CATALOGUE } from '../methods/catalogue.ts';
import { networkCost } from '../nn/architecture.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import { epochsOf } from './epochs.ts';
import { trainedImages, trainingPasses, type Trained } from './passes.ts';

/**
 * Training cost of one contestant and one seed in FLOP: convolutions and linear layer in the passes that
 * `trainingPasses` counts.
 */
export function trainingFlop(config: ExperimentConfig, contestant: Trained): number {
  const { flopPerImage } = networkCost({ ...config.network, classes: config.dataset.classes.length });
  return flopPerImage * trainingPasses(config, contestant, epochsOf(config, contestant));
}

/**
 * Images that are attacked after each epoch: `evaluation.n` test images, as many training images where asked for, and
 * all that are held out.
 */
export function imagesPerEstimate(
  config: Pick<ExperimentConfig, 'dataset' | 'evaluation'>,
): Readonly<Record<'test' | 'training' | 'heldOut', number>> {
  const { n, trainingSet, heldOut } = config.evaluation;
  return {
    test: Math.min(n, config.dataset.testSize),
    training: trainingSet ? Math.min(n, trainedImages(config)) : 0,
    heldOut,
  };
}

/** Shares of the adv set at which inference between the two BatchNorm sets is measured. */
export const SET_SHARES: readonly number[] = Array.from({ length: 9 }, (_, i) => i / 8);

/** Images that are attacked for inference through both sets and between them: none without two sets. */
export function imagesForSets(config: ExperimentConfig, { method, switches }: Trained): number {
  const { dataset, evaluation } = config;
  const hasTwo = CATALOGUE[method].switches.includes('splitBn') && switches.splitBn;
  // Every share, and the two transfers from one set to the other.
  return evaluation.sets && hasTwo ? (SET_SHARES.length + 2) * Math.min(evaluation.n, dataset.testSize) : 0;
}

/**
 * Cost of one contestant's evaluations with one seed in FLOP, on clean images and under PGD: an estimate before the
 * first epoch and after each, at the end all test images, and both BatchNorm sets where asked for.
 */
export function evaluationFlop(config: ExperimentConfig, contestant: Trained): number {
  const { network, dataset, evaluation } = config;
  const { flopPerImage } = networkCost({ ...network, classes: dataset.classes.length });
  const { test, training, heldOut } = imagesPerEstimate(config);
  const estimates = (epochsOf(config, contestant) + 1) * (test + training + heldOut);
  const images = estimates + dataset.testSize + imagesForSets(config, contestant);
  // In forward passes: the clean image 1, each attack step 2 (forward and image gradient), the attacked image 1.
  return flopPerImage * images * (1 + 2 * evaluation.steps + 1);
}

/** Seconds that a race takes at `gflops` GFLOP/s (> 0): training and evaluation of all contestants and seeds. */
export function raceSeconds(config: ExperimentConfig, gflops: number): number {
  const evaluations = config.contestants.map((c) => evaluationFlop(config, c));
  const evaluation = config.repeats * evaluations.reduce((sum, flop) => sum + flop, 0);
  return (1e12 * raceTeraflop(config) + evaluation) / (1e9 * gflops);
}

/** Training cost of all contestants and seeds of a race in TFLOP, without evaluation. */
export function raceTeraflop(config: ExperimentConfig): number {
  return config.contestants.reduce((sum, c) => sum + trainingFlop(config, c), 0) * (config.repeats / 1e12);
}
