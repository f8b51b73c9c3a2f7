/** How long each contestant trains. Imports no tensors. */
import { CATALOGUE } from '../methods/catalogue.ts';
import type { Contestant, ExperimentConfig } from '../settings/config.ts';

type Settings = Pick<ExperimentConfig, 'attack' | 'optimiser'>;
type Trained = Pick<Contestant, 'method' | 'switches'>;

/** Network passes per training image and step. */
export const passesOf = ({ attack }: Pick<Settings, 'attack'>, { method, switches }: Trained): number =>
  CATALOGUE[method].passes(attack.steps, switches);

/**
 * Epochs of this contestant: the experiment's, or with the switch `matchArat` the whole number, at least 1, with which
 * its training costs most nearly as many FLOP as ARAT's. Its schedule runs over its own epochs.
 */
export function epochsOf(config: Settings, contestant: Trained): number {
  const { epochs } = config.optimiser;
  const { method, switches } = contestant;
  if (!switches.matchArat || !CATALOGUE[method].switches.includes('matchArat')) return epochs;
  const ratio = passesOf(config, { method: 'arat', switches }) / passesOf(config, contestant);
  return Math.max(1, Math.round(epochs * ratio));
}

/** The epochs of the contestant that trains longest. */
export const mostEpochs = (config: Settings & Pick<ExperimentConfig, 'contestants'>): number =>
  Math.max(...config.contestants.map((c) => epochsOf(config, c)));

/** The epochs of the contestant with this label; those of the experiment if there is none. */
export function epochsOfLabel(
  config: Settings & Pick<ExperimentConfig, 'contestants'>,
  label: string,
): number {
  const contestant = config.contestants.find((c) => c.label === label);
  return contestant ? epochsOf(config, contestant) : config.optimiser.epochs;
}
