/** `--weights FOLDER` of `npm run experiment`: the trained models as files. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { contestantText } from '../core/experiments/contestant.ts';
import { writeWhole } from '../core/node-files.ts';
import type { Race } from '../core/race/race.ts';
import { DEFAULT_SWITCHES, type Contestant } from '../core/settings/config.ts';
import { exportedModel } from '../core/training/exported-model.ts';
import { UsageError } from './args.ts';
import { checkOutput } from './output.ts';

/** `arat-stopGradient-off.safetensors`: the contestant as `--methods` takes it, in characters of any file system. */
export const weightsName = (contestant: Contestant): string =>
  `${contestantText(contestant, DEFAULT_SWITCHES)
    .replace(/[^a-z0-9.]+/gi, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 120)}.safetensors`;

/** Makes the folder where it is missing. Throws `UsageError` where no file can be written into it. */
export function prepareWeights(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`--weights: the folder ${folder} cannot be made (${(error as Error).message}).`);
  }
  checkOutput('--weights', join(folder, 'model.safetensors'));
}

/**
 * Writes every model of the race into `folder`, and ARAT's predictors beside it. Returns a sentence for each contestant
 * whose model is not in memory: it failed, or it had ended before the race was resumed and its weights were not kept.
 */
export async function saveWeights(folder: string, race: Race): Promise<string[]> {
  const models = await race.models();
  const taken = new Set<string>();
  for (const model of models) {
    let name = weightsName(model.contestant);
    // Two formulas may differ in characters that names of files do not have.
    for (let i = 2; taken.has(name); i++) name = name.replace(/(-\d+)?\.safetensors$/, `-${i}.safetensors`);
    taken.add(name);
    const { network, parts } = await exportedModel(model);
    writeWhole(join(folder, name), network);
    if (parts) writeWhole(join(folder, name.replace(/safetensors$/, 'predictors.safetensors')), parts);
  }
  return race.config.contestants
    .filter((c) => !models.some((m) => m.contestant.label === c.label))
    .map((c) => `The weights of ${c.label} are not in memory, so that no file holds them.`);
}
