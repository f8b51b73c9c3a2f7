/** Whether a race is active, and whether settings can be trained. Pure functions. */
import { errorMessage } from '../../core/error-message.ts';
import { SOURCES, type DataSource } from '../../core/data/sources/catalogue.ts';
import { parseConfig, type ExperimentConfig } from '../../core/settings/config.ts';
import { trainedImages } from '../../core/experiments/cost.ts';
import { mostImages } from '../../core/experiments/with-source.ts';
import type { RaceState } from '../../core/race/events.ts';
import type { DataSummary } from '../../worker/api.ts';

/** Whether a race uses the engine now. */
export const isActive = (race: RaceState | null): boolean =>
  race === 'preparing' || race === 'running' || race === 'paused' || race === 'evaluating';

/** One sentence about the first wrong setting; null if all are right. */
export function configError(
  config: ExperimentConfig,
  data: Partial<Record<DataSource, Pick<DataSummary, 'classNames'>>>,
): string | null {
  try {
    parseConfig(config);
  } catch (error) {
    return errorMessage(error);
  }
  const { dataset, optimiser } = config;
  const { limits } = SOURCES[dataset.source];
  const count = data[dataset.source]?.classNames.length ?? limits.classes;
  const beyond = dataset.classes.find((c) => c >= count);
  if (beyond !== undefined)
    return `Class ${beyond} is chosen, and this data has classes 0 to ${count - 1}: choose the classes again under Data.`;
  for (const [what, wanted, which] of [
    ['training', dataset.trainSize, 'train'],
    ['test', dataset.testSize, 'test'],
  ] as const) {
    const most = mostImages(dataset.source, dataset.classes.length, which);
    if (wanted > most)
      return `${wanted} ${what} images are asked for, and these ${dataset.classes.length} classes have ${most}: choose fewer under Data.`;
  }
  const trained = trainedImages(config);
  if (optimiser.batchSize > trained) {
    const heldOut = config.evaluation.heldOut > 0 ? ' that are not held out' : '';
    return `The batch size (${optimiser.batchSize}) is larger than the number of training images${heldOut} (${trained}).`;
  }
  return null;
}
