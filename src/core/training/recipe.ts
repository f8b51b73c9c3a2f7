/** What a contestant trains with: the race's settings, or those of its method's official code. */
import { CATALOGUE } from '../methods/catalogue.ts';
import { recipeFor } from '../methods/method-info.ts';
import type { Contestant, ExperimentConfig } from '../settings/config.ts';

/**
 * `config` with the learning rate, weight decay, eps and step size of the contestant's own code for this network, if
 * its switch `recipe` says so. Its β is a switch, which it takes on with the recipe (experiments/contestant.ts). For
 * training only: every contestant of a race is evaluated under the same attack.
 */
export function trainedWith(
  config: ExperimentConfig,
  { method, switches }: Pick<Contestant, 'method' | 'switches'>,
): ExperimentConfig {
  const own = CATALOGUE[method].ownRecipe;
  if (!own || switches.recipe !== 'code') return config;
  const { learningRate, weightDecay, eps, stepSize } = recipeFor(own, config.network);
  return {
    ...config,
    optimiser: { ...config.optimiser, learningRate, weightDecay },
    attack: { ...config.attack, eps, stepSize },
  };
}
