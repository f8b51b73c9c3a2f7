/** Reads the weights that training starts from: `--start weights.safetensors`. */
import { errorMessage } from '../core/error-message.ts';
import { startFault } from '../core/nn/start-fault.ts';
import { inspectWeights, readOwnModel } from '../core/nn/own-model.ts';
import { fileDigest, startWeights, type StartWeights } from '../core/nn/start-weights.ts';
import { parseConfig, type ExperimentConfig } from '../core/settings/config.ts';
import { UsageError } from './args.ts';
import { diskFile } from './disk-file.ts';
import type { Request } from './experiment-options.ts';

/**
 * The settings, with the weights that training starts from where the request names a file. Rejects with `UsageError` if
 * the file cannot be read or its network is not the settings'.
 */
export async function withStart({ config, start }: Pick<Request, 'config' | 'start'>): Promise<{
  config: ExperimentConfig;
  weights: StartWeights | undefined;
}> {
  if (start === null) return { config, weights: undefined };
  try {
    const file = await diskFile(start.path);
    const inspected = await inspectWeights(file);
    const { prefix = inspected.defaults.prefix } = start;
    const model = await readOwnModel(file, inspected, { ...inspected.defaults, prefix });
    const weights = startWeights(file, (await fileDigest(file))!, prefix, inspected, model);
    const { file: name, sha256 } = weights;
    const started = parseConfig({ ...config, start: { file: name, sha256, prefix } });
    const fault = startFault(started, { ...weights, file: started.start!.file });
    if (fault !== null) throw new Error(fault);
    return { config: started, weights };
  } catch (error) {
    throw new UsageError(`--start: ${errorMessage(error)}`);
  }
}
