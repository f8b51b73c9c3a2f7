/** The smallest experiment with every part of a real one, for tests. */
import type { Contestant, ExperimentConfig } from '../../settings/config.ts';
import { PRESETS } from '../../experiments/presets.ts';

export function tinyConfig(contestants: Contestant[], seed = 3): ExperimentConfig {
  const { demo, quick } = PRESETS;
  return {
    ...quick,
    preset: 'custom',
    dataset: { ...demo.dataset, classes: [0, 1], trainSize: 16, testSize: 8 },
    network: { ...quick.network, width: 2 },
    attack: { ...quick.attack, steps: 1 },
    evaluation: { ...quick.evaluation, steps: 1, n: 4 },
    optimiser: { ...quick.optimiser, batchSize: 4, epochs: 2 },
    contestants,
    conflictEvery: 2,
    pairImages: 'batch',
    seed,
  };
}
