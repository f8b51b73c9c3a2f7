/** What the page asks before and while a race runs: pure, of settings and state alone. */
import { errorMessage } from '../../core/error-message.ts';
import { parseConfig, type ExperimentConfig } from '../../core/settings/config.ts';
import type { RaceState } from '../../core/race/events.ts';
import type { DataSummary } from '../../worker/api.ts';

/** Whether a race occupies the engine. */
export const isActive = (race: RaceState | null): boolean =>
  race === 'preparing' || race === 'running' || race === 'paused' || race === 'evaluating';

/** One sentence about the first wrong setting, or null. */
export function configError(
  config: ExperimentConfig,
  data: Partial<Record<ExperimentConfig['dataset']['source'], Pick<DataSummary, 'classNames'>>>,
): string | null {
  try {
    parseConfig(config);
  } catch (error) {
    return errorMessage(error);
  }
  const { dataset, optimiser } = config;
  // CIFAR-100 has a hundred classes, everything else ten.
  const names = data[dataset.source]?.classNames;
  const count = names?.length ?? (dataset.source === 'archive' ? 100 : 10);
  const beyond = dataset.classes.find((c) => c >= count);
  if (beyond !== undefined)
    return `Class ${beyond} is chosen, and this data has classes 0 to ${count - 1}: choose the classes again under Data.`;
  if (optimiser.batchSize > dataset.trainSize)
    return `The batch size (${optimiser.batchSize}) is larger than the number of training images (${dataset.trainSize}).`;
  return null;
}
