/**
 * How many network passes training makes: `MethodInfo.passes` for each image and step, and those that measure
 * auto-balance. A contestant's FLOP (cost.ts) and the epochs of equal FLOP (epochs.ts) follow from it. Imports no
 * tensors.
 */
import { CATALOGUE } from '../methods/catalogue.ts';
import type { Contestant, ExperimentConfig } from '../settings/config.ts';

/** The settings that a count of passes needs. */
export type PassSettings = Pick<
  ExperimentConfig,
  'attack' | 'optimiser' | 'dataset' | 'evaluation' | 'balanceImages'
>;
/** What of a contestant decides its passes. */
export type Trained = Pick<Contestant, 'method' | 'switches'>;

/** `MethodInfo.passes` of a contestant that trains for `epochs` epochs. */
export const passesOf = (
  { attack }: Pick<ExperimentConfig, 'attack'>,
  { method, switches }: Trained,
  epochs: number,
): number => CATALOGUE[method].passes(attack.steps, switches, epochs);

/** Training images that early stopping does not hold out. */
export const trainedImages = ({
  dataset,
  evaluation,
}: Pick<ExperimentConfig, 'dataset' | 'evaluation'>): number =>
  Math.max(0, dataset.trainSize - evaluation.heldOut);

/** Auto-balance is measured on at most so many first training images, or on whole batches of at least so many. */
const BALANCE_IMAGES = 1000;

/** How many of `all` training images measure the balance once (training/balance.ts). */
export function imagesPerBalance(
  all: number,
  { balanceImages, optimiser }: Pick<ExperimentConfig, 'balanceImages' | 'optimiser'>,
): number {
  const { batchSize } = optimiser;
  const wanted =
    balanceImages === 'first' ? BALANCE_IMAGES : Math.ceil(BALANCE_IMAGES / batchSize) * batchSize;
  return Math.min(wanted, all);
}

/**
 * Network passes of a training of `epochs` epochs, each of one image: those of its steps, and a forward pass for each
 * image on which auto-balance is measured. Evaluations are not counted, and of averaged weights (SWA) not the
 * measurement of their BatchNorm statistics.
 */
export function trainingPasses(config: PassSettings, contestant: Trained, epochs: number): number {
  const { batchSize, keepLastBatch } = config.optimiser;
  const all = trainedImages(config);
  const images = keepLastBatch ? all : Math.floor(all / batchSize) * batchSize;
  const { method, switches } = contestant;
  // Before the first epoch only where no first balance is given (balanceImages 'batches').
  const balances = CATALOGUE[method].usesBalance?.(switches)
    ? epochs - (config.balanceImages === 'first' ? 1 : 0)
    : 0;
  return images * epochs * passesOf(config, contestant, epochs) + balances * imagesPerBalance(all, config);
}
