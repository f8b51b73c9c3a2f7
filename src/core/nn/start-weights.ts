/** Weights of a file that training starts from in place of random ones. */
import type { InspectedFile, OwnModel } from './own-model.ts';
import type { StartNetwork } from './start-fault.ts';
import { importWeights } from './weights.ts';
import type { ByteFile, HostTensor } from './safetensors.ts';
import type { ParameterStore } from './types.ts';

/** The weights of one network of a file. Plain data: crosses threads, and stays with a race's checkpoints. */
export interface StartWeights extends StartNetwork {
  /** By official name, in PyTorch's layout. */
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

/**
 * SHA-256 of the whole file, in hexadecimal; null where the browser offers none, because the page did not come through
 * https.
 */
export async function fileDigest(file: ByteFile): Promise<string | null> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) return null;
  const bytes = (await file.read(0, file.size)) as Uint8Array<ArrayBuffer>;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The weights of an opened model as a start of training. `sha256`: of its file. */
export function startWeights(
  { name }: Pick<ByteFile, 'name'>,
  sha256: string,
  prefix: string,
  { told }: Pick<InspectedFile, 'told'>,
  { spec, weights }: OwnModel,
): StartWeights {
  const { family, width, blocks, classes } = spec;
  const network = { ...(family && { family }), width, blocks, classes };
  return { file: name, sha256, prefix, network, told, tensors: Object.fromEntries(weights) };
}

/** The name in a network with one BatchNorm set of a parameter of one with two. */
const withOneSet = (name: string): string =>
  name
    .replace(/\.(clean|adv)(\.(?:weight|bias|running_mean|running_var))$/, '$2')
    .replace('.shortcut_bn.', '.shortcut.1.')
    .replace(/\.shortcut\.weight$/, '.shortcut.0.weight');

/**
 * Assigns the weights to a network of the same architecture. Where the file has one BatchNorm set and the network two,
 * both start from it; where the file has two and the network one, that one starts from the adv set.
 */
export function startFrom(network: ParameterStore, { tensors }: StartWeights): void {
  const inference = Object.keys(tensors).filter((name) => !/\.clean\.[a-z_]+$/.test(name));
  const byPlainName = new Map(inference.map((name) => [withOneSet(name), tensors[name]]));
  const names = [...network.trainable.keys(), ...network.buffers.keys()];
  const values = names.flatMap((name): [string, HostTensor][] => {
    const value = tensors[name] ?? byPlainName.get(withOneSet(name));
    return value ? [[name, value]] : [];
  });
  // A missing one is named by the import.
  importWeights(network, new Map(values));
}
