/** Whether a race is active, and whether settings can be trained. Pure functions. */
import { errorMessage } from '../../core/error-message.ts';
import { startFault, type StartNetwork } from '../../core/nn/start-fault.ts';
import { SOURCES, type DataSource } from '../../core/data/sources/catalogue.ts';
import { parseConfig, type ExperimentConfig } from '../../core/settings/config.ts';
import { trainedImages } from '../../core/experiments/passes.ts';
import { countsOf, mostOf, type ClassCounts } from '../../core/experiments/fit-data.ts';
import type { RaceState } from '../../core/race/events.ts';
import type { DataSummary } from '../../worker/api.ts';
import type { OpenedModel } from './opened.ts';

/** Why a control that would replace the race on the page does nothing now. */
export const RACING = 'A race is running: stop it, or wait for its end.';

/** Whether a race uses the engine now. */
export const isActive = (race: RaceState | null): boolean =>
  race === 'preparing' || race === 'running' || race === 'paused' || race === 'evaluating';

/** One sentence if training starts from weights that are not open, or that do not fit; else null. */
function startError(config: ExperimentConfig, opened: readonly OpenedModel[]): string | null {
  const starts = opened.map(({ fileName: file, sha256, answers, spec: network }): StartNetwork => ({
    ...{ file, sha256: sha256 ?? '', prefix: answers.prefix },
    ...{ network, told: {} },
  }));
  const { start } = config;
  const open = starts.find((s) => s.sha256 === start?.sha256 && s.prefix === start.prefix);
  return startFault(config, open ?? null);
}

/**
 * One sentence about the first wrong setting; null if all are right. With `opened`, also about the weights that
 * training starts from.
 */
export function configError(
  config: ExperimentConfig,
  data: Partial<Record<DataSource, Pick<DataSummary, 'classNames'> & { readonly perClass?: ClassCounts }>>,
  opened?: readonly OpenedModel[],
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
  const counts = countsOf(dataset.source, data);
  for (const [what, wanted, which] of [
    ['training', dataset.trainSize, 'train'],
    ['test', dataset.testSize, 'test'],
  ] as const) {
    // Files that are not read yet.
    if (!counts) break;
    const none = dataset.classes.find((c) => !counts[which][c]);
    if (none !== undefined)
      return `This data has no ${what} images of class ${none} (${data[dataset.source]?.classNames[none] ?? none}): choose the classes again under Data.`;
    const most = mostOf(counts[which], dataset.classes);
    if (wanted > most)
      return `${wanted} ${what} images are asked for, and these ${dataset.classes.length} classes have ${most}: choose fewer under Data.`;
  }
  const trained = trainedImages(config);
  if (optimiser.batchSize > trained) {
    const heldOut = config.evaluation.heldOut > 0 ? ' that are not held out' : '';
    return `The batch size (${optimiser.batchSize}) is larger than the number of training images${heldOut} (${trained}).`;
  }
  return opened ? startError(config, opened) : null;
}
