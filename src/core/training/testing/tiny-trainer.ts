/** A trainer of the smallest experiment, and a function that trains it as a race does, for tests. */
import type { ExperimentConfig, MethodId, Switches } from '../../settings/config.ts';
import { subset } from '../../data/subset.ts';
import { syntheticDataset } from '../../data/synthetic.ts';
import { contestant } from '../../experiments/contestant.ts';
import { Trainer } from '../trainer.ts';
import { tinyConfig } from './tiny-config.ts';

/** Synthetic data, of which a race takes its subset. */
export const TINY_DATA = syntheticDataset(1, 100, 100);

/** A `pace` that does not wait. */
export const now = async (): Promise<void> => {};

/** A trainer on the current backend; the caller disposes it. */
export function tinyTrainer(
  method: MethodId,
  changes: Partial<Switches> = {},
  optimiser: Partial<ExperimentConfig['optimiser']> = {},
): Trainer {
  const tiny = tinyConfig([contestant(method, changes)]);
  const config = { ...tiny, optimiser: { ...tiny.optimiser, ...optimiser } };
  return new Trainer(config.contestants[0], config, subset(TINY_DATA, config));
}

/** Trains `steps` steps, with the method's work before and after each epoch; auto-balance is not updated. */
export async function trainOn(t: Trainer, steps: number): Promise<void> {
  const perEpoch = t.batches.batchesPerEpoch;
  await t.beforeEpoch(Math.floor(t.step / perEpoch), now);
  for (let i = 0; i < steps; i++) {
    if (i > 0 && t.step % perEpoch === 0) await t.beforeEpoch(t.step / perEpoch, now);
    t.trainStep();
    if (t.step % perEpoch === 0) await t.afterEpoch(t.step / perEpoch, now);
  }
  await t.readMetrics(true);
}
