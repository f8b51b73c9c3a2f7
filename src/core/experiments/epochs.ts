/** How long each contestant trains. Imports no tensors. */
import { CATALOGUE } from '../methods/catalogue.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import { trainingPasses, type PassSettings, type Trained } from './passes.ts';

/**
 * Epochs of this contestant: the experiment's, or with the switch `matchArat` the whole number, at least 1, with which
 * its training costs most nearly as many FLOP as ARAT's, auto-balance included. Its schedule runs over its own epochs.
 */
export function epochsOf(config: PassSettings, contestant: Trained): number {
  const { epochs } = config.optimiser;
  const { method, switches } = contestant;
  if (!switches.matchArat || !CATALOGUE[method].switches.includes('matchArat')) return epochs;
  const ofArat = trainingPasses(config, { method: 'arat', switches }, epochs);
  return Math.max(1, Math.round(ofArat / Math.max(1, trainingPasses(config, contestant, 1))));
}

/** The epochs of the contestant that trains longest. */
export const mostEpochs = (config: PassSettings & Pick<ExperimentConfig, 'contestants'>): number =>
  Math.max(...config.contestants.map((c) => epochsOf(config, c)));

/** The epochs of the contestant with this label; those of the experiment if there is none. */
export function epochsOfLabel(
  config: PassSettings & Pick<ExperimentConfig, 'contestants'>,
  label: string,
): number {
  const contestant = config.contestants.find((c) => c.label === label);
  return contestant ? epochsOf(config, contestant) : config.optimiser.epochs;
}
