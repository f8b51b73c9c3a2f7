/** The settings of a race that starts from an opened model. A pure function. */
import { errorMessage } from '../../core/error-message.ts';
import { startFault } from '../../core/nn/start-fault.ts';
import { parseConfig, type ExperimentConfig } from '../../core/settings/config.ts';
import type { OpenedModel } from '../workbench/opened.ts';

/** `config` with the model's network and its weights as the start of training, or why that cannot be, in a sentence. */
export function startingFrom(config: ExperimentConfig, model: OpenedModel): ExperimentConfig | string {
  const { answers, fileName: file, sha256, spec } = model;
  if (sha256 === null)
    return 'Training from a model needs the SHA-256 of its file, which browsers compute only on pages that came through https.';
  if (answers.input.kind === 'standardise')
    return 'Networks trained here see x or (x − 0.5) × scale, and this model sees (x − mean) / standard deviation.';
  const { family = 'resnet', width, blocks, stemStride, inputScale } = spec;
  const network = { family, width, blocks: [...blocks], stemStride, inputScale };
  const start = { file, sha256, prefix: answers.prefix };
  try {
    const next = parseConfig({ ...config, network, start, preset: 'custom' });
    return startFault(next, { ...start, network: spec, told: {} }) ?? next;
  } catch (error) {
    return errorMessage(error);
  }
}
