/** Whether the network of a weight file is the one that the settings train. Imports no tensor code. */
import type { ExperimentConfig, StartOfTraining } from '../settings/config.ts';
import type { InputTransform } from './model-answers.ts';

/** What a weight file says of its network beyond the shapes of its tensors. */
export interface Told {
  readonly stemStride?: 1 | 2;
  readonly input?: InputTransform;
}

/** A network in a weight file, without its weights. */
export interface StartNetwork extends StartOfTraining {
  readonly network: {
    readonly family?: 'resnet' | 'wide';
    readonly width: number;
    readonly blocks: readonly number[];
    readonly classes: number;
  };
  readonly told: Told;
}

const inputText = (input: InputTransform): string =>
  input.kind === 'none'
    ? 'the pixels as they are'
    : input.kind === 'scale'
      ? `(x − 0.5) × ${input.scale}`
      : '(x − mean) / standard deviation';

/** In which settings the file's network differs from the experiment's, each with both values. */
function differences({ network, told }: StartNetwork, config: ExperimentConfig): string[] {
  const { family, width, blocks, stemStride, inputScale } = config.network;
  const wanted: InputTransform = inputScale === 0 ? { kind: 'none' } : { kind: 'scale', scale: inputScale };
  const pairs: readonly (readonly [what: string, there: string | number, here: string | number])[] = [
    ['architecture', network.family ?? 'resnet', family],
    ['width', network.width, width],
    ['blocks', network.blocks.join(', '), blocks.join(', ')],
    ['classes', network.classes, config.dataset.classes.length],
    ['stride of the first layer', told.stemStride ?? stemStride, stemStride],
    ['input of the first layer', inputText(told.input ?? wanted), inputText(wanted)],
  ];
  return pairs.flatMap(([what, there, here]) =>
    there === here ? [] : [`${what} ${there} in the file, ${here} in the settings`],
  );
}

/** Why training with these settings cannot start from these weights, in one sentence; null if it can. */
export function startFault(config: ExperimentConfig, weights: StartNetwork | null): string | null {
  const { start } = config;
  if (!start) return null;
  if (weights?.sha256 !== start.sha256 || weights.prefix !== start.prefix)
    return `Training starts from the weights in ${start.file} (SHA-256 ${start.sha256.slice(0, 12)}…), and that file is not open: open it first.`;
  const differing = differences(weights, config);
  return differing.length === 0
    ? null
    : `Training cannot start from ${start.file}, whose network differs: ${differing.join('; ')}. Change these settings, or choose other weights.`;
}
