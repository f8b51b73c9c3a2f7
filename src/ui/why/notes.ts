/** What the figures of this section count, for the captions of exported figures. Pure functions. */
import type { ExperimentConfig } from '../../core/settings/config.ts';

/** As in core/race/evaluation.ts, which needs tensors. */
const MOST_IMAGES = 64;

const distanceImages = ({ dataset }: ExperimentConfig): number => Math.min(MOST_IMAGES, dataset.testSize);

const seeds = ({ seed, repeats }: ExperimentConfig): string =>
  repeats > 1 ? `${repeats} seeds from ${seed} on` : `seed ${seed}`;

/** Attack of training, e.g. `PGD-5, eps 8/255`. */
const trainingAttack = ({ attack }: ExperimentConfig): string =>
  `PGD-${attack.steps}, eps ${Math.round(attack.eps * 255)}/255`;

/** Of gradients, which are measured on batches of training. */
export const conflictNote = (config: ExperimentConfig): string =>
  `n = ${config.optimiser.batchSize} training images and their adversarial ones at each point, every ${config.conflictEvery} steps; ${seeds(config)}; attack: ${trainingAttack(config)}`;

/** Of the strip of layers: means over the last `recent` measurements. */
export const layersNote = (config: ExperimentConfig, recent: number): string =>
  `mean over the last ${recent} measurements of each seed, each on one batch of ${config.optimiser.batchSize} training images and their adversarial ones; ${seeds(config)}; attack: ${trainingAttack(config)}`;

/** Of the statistics of one model's batch after `epoch`. */
export const batchNote = (config: ExperimentConfig, epoch: number, seed: number): string =>
  `n = ${distanceImages(config)} test images and their adversarial images, in one batch, after epoch ${epoch}; seed ${seed}; attack: ${trainingAttack(config)}`;

/** Of losses, which are means over the steps of an epoch. */
export const lossNote = (config: ExperimentConfig): string =>
  `mean over the training steps of each epoch, batches of ${config.optimiser.batchSize} images; ${seeds(config)}; attack: ${trainingAttack(config)}`;

/** Of distances between images and their adversarial images after each epoch. */
export const distanceNote = (config: ExperimentConfig): string =>
  `n = ${distanceImages(config)} test images and their adversarial images after each epoch; ${seeds(config)}; attack: ${trainingAttack(config)}`;

/** Of the sets themselves: no images. */
export const setsNote = (config: ExperimentConfig): string => `after each epoch; ${seeds(config)}`;
