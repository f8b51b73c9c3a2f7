/**
 * Recognises CIFAR ResNets, plain and wide, in a weight file by the names and shapes of its tensors, without reading
 * their values. The names are the official ones of AR-AT and TRADES, behind any prefix (`model.`, `module.`). TRADES'
 * wide network has a `sub_block1` that no forward pass uses; it is ignored.
 */
import { parameterShapes, type Architecture } from './architecture.ts';
import { shownName, type TensorEntry } from './safetensors.ts';

type Entries = ReadonlyMap<string, Pick<TensorEntry, 'dtype' | 'shape'>>;

/** One network of a weight file. */
export interface FoundNetwork {
  /** What stands before each of its names in the file, '' or for example `module.`. */
  readonly prefix: string;
  readonly architecture: Architecture;
}

export interface FoundNetworks {
  /** At least one; a network without a prefix comes first, the others in the order of the file. */
  readonly networks: readonly FoundNetwork[];
  /** Names of tensors that belong to none of the networks, such as predictors. */
  readonly ignored: readonly string[];
}

/** The most stages, and blocks in one stage, of a network that is opened. */
const MOST_STAGES = 4;
const MOST_BLOCKS = 64;
const FLOATS: readonly string[] = ['F64', 'F32', 'F16', 'BF16'];

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Whether a name below a network's prefix belongs to its layers; other names may be predictors and the like. */
const isLayer = (name: string): boolean => /^(conv\d|bn\d|layer\d|block\d|shortcut|linear|fc)\b/.test(name);

/** The prefixes that may be those of a network: in front of a `conv1.weight` that is not a block's. */
function prefixesOf(entries: Entries): string[] {
  const stems = [...entries.keys()].filter((name) => /(^|\.)conv1\.weight$/.test(name));
  const prefixes = stems.map((name) => name.slice(0, -'conv1.weight'.length));
  const ofNetwork = prefixes.filter(
    (prefix) => !/(^|\.)layer\d+\.\d+\.$|(^|\.)(sub_)?block\d+\.layer\.\d+\.$/.test(prefix),
  );
  return ofNetwork.sort((a, b) => Number(a !== '') - Number(b !== ''));
}

/** Counts the blocks of each stage by their names. */
function blocksIn(entries: Entries, prefix: string, wide: boolean): number[] {
  const blocks: number[] = [];
  const has = (stage: number, i: number) =>
    entries.has(`${prefix}${wide ? `block${stage}.layer.${i}` : `layer${stage}.${i}`}.conv1.weight`);
  for (let stage = 1; stage <= MOST_STAGES && has(stage, 0); stage++) {
    let count = 1;
    while (count < MOST_BLOCKS && has(stage, count)) count++;
    blocks.push(count);
  }
  return blocks;
}

/** The network behind `prefix`. Throws one sentence that names the tensor that does not fit and both shapes. */
function networkAt(entries: Entries, prefix: string): FoundNetwork {
  const shapeOf = (name: string) => entries.get(prefix + name)?.shape;
  const stem = shapeOf('conv1.weight')!;
  // The first convolution of a wide network has 16 channels, whatever its width.
  const first = shapeOf('block1.layer.0.conv1.weight');
  const blocks = blocksIn(entries, prefix, first !== undefined);
  const architecture: Architecture = {
    ...(first && { family: 'wide' as const }),
    width: (first ?? stem)[0] ?? 0,
    blocks: blocks.length > 0 ? blocks : [1],
    classes: shapeOf(first ? 'fc.weight' : 'linear.weight')?.[0] ?? 10,
    splitBn: !entries.has(`${prefix}bn1.weight`) && entries.has(`${prefix}bn1.adv.weight`),
  };
  const { width, splitBn } = architecture;
  const which = `a ${first ? 'wide ' : ''}CIFAR ResNet of width ${width} with blocks ${architecture.blocks.join(', ')}${splitBn ? ' and split BatchNorm' : ''}`;
  const wanted = parameterShapes(architecture);
  for (const [name, shape] of wanted) {
    const entry = entries.get(prefix + name);
    if (!entry)
      throw new Error(
        `There is no tensor ${shownName(prefix + name)} in the file; ${which} needs one of shape ${shapeText(shape)}.`,
      );
    if (entry.shape.join() !== shape.join())
      throw new Error(
        `Tensor ${shownName(prefix + name)} has shape ${shapeText(entry.shape)}; ${which} needs ${shapeText(shape)}.`,
      );
    if (!FLOATS.includes(entry.dtype))
      throw new Error(
        `Tensor ${shownName(prefix + name)} has type ${entry.dtype}; weights are expected as F16, BF16, F32 or F64.`,
      );
  }
  for (const [name, { shape }] of entries) {
    const own = name.slice(prefix.length);
    if (!name.startsWith(prefix) || wanted.has(own) || own.endsWith('.num_batches_tracked') || !isLayer(own))
      continue;
    throw new Error(
      `Tensor ${shownName(name)} of shape ${shapeText(shape)} has no place in ${which}, which is what the other tensors describe.`,
    );
  }
  return { prefix, architecture };
}

/**
 * Finds every complete network in the file. Throws one sentence if there is none: it names the tensor that does not
 * fit, its shape, and the shape that would fit.
 */
export function findNetworks(entries: Entries): FoundNetworks {
  const networks: FoundNetwork[] = [];
  const faults: Error[] = [];
  for (const prefix of prefixesOf(entries)) {
    try {
      networks.push(networkAt(entries, prefix));
    } catch (error) {
      faults.push(error as Error);
    }
  }
  if (networks.length === 0) throw faults[0] ?? notAResNet(entries);
  const owned = networks.flatMap(({ prefix, architecture }) =>
    [...parameterShapes(architecture).keys()].map((name) => prefix + name),
  );
  const known = new Set(owned);
  return {
    networks,
    ignored: [...entries.keys()].filter((name) => !known.has(name) && !name.endsWith('.num_batches_tracked')),
  };
}

function notAResNet(entries: Entries): Error {
  const [first] = entries;
  const found = first
    ? `it begins with ${shownName(first[0])} of shape ${shapeText(first[1].shape)}`
    : 'it is empty';
  return new Error(
    `The file holds no CIFAR ResNet: there is no tensor 'conv1.weight' of shape [width, 3, 3, 3], and ${found}.`,
  );
}
