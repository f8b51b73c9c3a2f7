/**
 * A trained network from a weight file of anybody's: what the file says of it, what only its owner knows, and the
 * network made from both.
 */
import { findNetworks, type FoundNetwork } from './recognise.ts';
import { ResNet } from './resnet.ts';
import {
  readHeader,
  readTensors,
  type ByteFile,
  type HostTensor,
  type SafetensorsHeader,
} from './safetensors.ts';
import { parameterShapes } from './architecture.ts';
import { importWeights } from './weights.ts';
import { inputFault, type InputTransform, type ModelAnswers } from './model-answers.ts';
import type { Told } from './start-fault.ts';
import type { BnBranch, LogitsFn, NetworkSpec } from './types.ts';

/** A weight file before its tensors are read: what was found, and the answers that it suggests. */
export interface InspectedFile {
  readonly header: SafetensorsHeader;
  readonly networks: readonly FoundNetwork[];
  /** Names of tensors that are not read. */
  readonly ignored: readonly string[];
  readonly defaults: ModelAnswers;
  /** The part of `defaults` that the file's metadata, or a normalisation layer in it, says. */
  readonly told: Told;
}

/** Weights of a network on the host, by parameter name, with all that decides its logits. */
export interface OwnModel {
  readonly spec: NetworkSpec;
  readonly bnSet: BnBranch;
  readonly weights: ReadonlyMap<string, HostTensor>;
}

/** WRN-34-10 in float32 has 185 MB, with TRADES' unused `sub_block1` 193 MB. */
export const MOST_FILE_BYTES = 1024 * 1024 * 1024;

/**
 * Reads the header of a safetensors file, and nothing of its weights. Rejects with one sentence that begins with the
 * file's name if it is too large, damaged, or no CIFAR ResNet.
 */
export async function inspectWeights(file: ByteFile): Promise<InspectedFile> {
  try {
    if (file.size > MOST_FILE_BYTES)
      throw new Error(
        `It has ${(file.size / 1e9).toFixed(1)} GB, and the weights of a CIFAR ResNet are expected, at most 1 GiB.`,
      );
    const header = await readHeader(file);
    const found = findNetworks(header.entries);
    const told = await toldBy(file, header);
    const { stemStride = 1, input = { kind: 'none' } } = told;
    const defaults = { prefix: found.networks[0].prefix, stemStride, input, bnSet: 'adv' } as const;
    return { header, ...found, defaults, told };
  } catch (error) {
    throw named(file, error);
  }
}

function named(file: ByteFile, error: unknown): Error {
  return new Error(`${file.name}: ${(error as Error).message}`, { cause: error });
}

async function toldBy(file: ByteFile, header: SafetensorsHeader): Promise<Told> {
  const described = describedIn(header.metadata.architecture);
  const layer = described.input ? null : await normalisationLayer(file, header);
  return layer ? { ...described, input: layer } : described;
}

/** The part of the metadata entry `architecture` that can be believed. */
function describedIn(text: string | undefined): Told {
  let value: unknown;
  try {
    value = JSON.parse(text ?? 'null');
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const { stemStride, inputScale, standardise } = value as Record<string, unknown>;
  const { mean, std } = (standardise ?? {}) as { mean?: unknown; std?: unknown };
  const standardised = { kind: 'standardise', mean, std } as InputTransform;
  const scaled: InputTransform =
    inputScale === 0 ? { kind: 'none' } : { kind: 'scale', scale: inputScale as number };
  return {
    ...(stemStride === 1 || stemStride === 2 ? { stemStride } : {}),
    ...(inputFault(standardised) === null
      ? { input: standardised }
      : inputFault(scaled) === null
        ? { input: scaled }
        : {}),
  };
}

/** Tensors such as `0.mean` and `normalize.std`, of three numbers each, where the model was saved with such a layer. */
async function normalisationLayer(file: ByteFile, header: SafetensorsHeader): Promise<InputTransform | null> {
  const nameOf = (word: RegExp) =>
    [...header.entries].find(
      ([name, { shape }]) => word.test(name) && shape.reduce((a, b) => a * b, 1) === 3,
    )?.[0];
  const names = [nameOf(/(^|\.|_)(mean|mu)$/), nameOf(/(^|\.|_)(std|sigma)$/)];
  const [mean, std] = names;
  if (mean === undefined || std === undefined) return null;
  const values = await readTensors(file, header, [mean, std]);
  const numbers = (name: string) => Array.from(values.get(name)!.data);
  const layer: InputTransform = { kind: 'standardise', mean: numbers(mean), std: numbers(std) };
  return inputFault(layer) === null ? layer : null;
}

/**
 * Reads the weights of the network that the answers choose. Rejects with one sentence that begins with the file's name
 * if the answers make no sense or a weight is not finite.
 */
export async function readOwnModel(
  file: ByteFile,
  { header, networks }: InspectedFile,
  { prefix, stemStride, input, bnSet }: ModelAnswers,
): Promise<OwnModel> {
  try {
    const fault = inputFault(input);
    if (fault !== null) throw new Error(fault);
    const network = networks.find((n) => n.prefix === prefix);
    if (!network) throw new Error(`The file has no network whose names begin with '${prefix}'.`);
    const names = [...parameterShapes(network.architecture).keys()];
    const tensors = await readTensors(
      file,
      header,
      names.map((name) => prefix + name),
    );
    for (const [name, { data }] of tensors)
      if (!data.every(Number.isFinite)) throw new Error(`Tensor '${name}' holds a value that is not finite.`);
    const { classes, splitBn, ...layers } = network.architecture;
    return {
      spec: { ...layers, classes, splitBn, stemStride, ...inputOf(input) },
      bnSet,
      weights: new Map(names.map((name) => [name, tensors.get(prefix + name)!])),
    };
  } catch (error) {
    throw named(file, error);
  }
}

/** The settings of a network that transforms its input so. */
function inputOf(input: InputTransform): Pick<NetworkSpec, 'inputScale' | 'standardise'> {
  if (input.kind === 'standardise')
    return { inputScale: 0, standardise: { mean: [...input.mean], std: [...input.std] } };
  return { inputScale: input.kind === 'scale' ? input.scale : 0 };
}

/** A network with the model's weights, which the caller disposes, and its inference through the chosen set. */
export function networkOf({ spec, bnSet, weights }: OwnModel): { network: ResNet; logits: LogitsFn } {
  const network = new ResNet(spec, 0);
  try {
    importWeights(network, weights);
  } catch (error) {
    network.dispose();
    throw error;
  }
  return { network, logits: (x) => network.forward(x, { branch: bnSet, mode: 'eval' }).logits };
}

/**
 * The same model for `classes` alone, in this order: the others' rows of the linear layer are left out, so that it
 * answers among these.
 */
export function amongClasses({ spec, bnSet, weights }: OwnModel, classes: readonly number[]): OwnModel {
  const rowsOf = ({ dtype, shape, data }: HostTensor): HostTensor => {
    const [, ...rest] = shape;
    const size = rest.reduce((a, b) => a * b, 1);
    const rows = classes.flatMap((c) => Array.from(data.subarray(c * size, (c + 1) * size)));
    return { dtype, shape: [classes.length, ...rest], data: Float32Array.from(rows) };
  };
  const layer = spec.family === 'wide' ? 'fc' : 'linear';
  const names = [`${layer}.weight`, `${layer}.bias`];
  const head = names.map((name) => [name, rowsOf(weights.get(name)!)] as const);
  return { spec: { ...spec, classes: classes.length }, bnSet, weights: new Map([...weights, ...head]) };
}
