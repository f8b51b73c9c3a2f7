/** Reads the options of `npm run judge`, and describes them for its `--help`. */
import type { Norm } from '../core/attacks/types.ts';
import { DEPTHS, type Depth } from '../core/judge/plan.ts';
import { CIFAR_10_STANDARDISATION, inputFault, type InputTransform } from '../core/nn/model-answers.ts';
import type { BnBranch } from '../core/nn/types.ts';
import type { DataSource } from '../core/data/sources/catalogue.ts';
import { SETTINGS } from '../core/settings/specs.ts';
import { expectedText, valueFromText } from '../core/settings/text.ts';
import { choiceOption, integerOption, parseOptions, radiusOption, UsageError } from './args.ts';
import { DATASET, datasetOption, withRepeatedDataset } from './dataset-option.ts';
import { NAMED_SOURCES } from './experiment-data.ts';
import { helpEntry } from './help.ts';

const NORMS: readonly Norm[] = ['linf', 'l2'];
/** RobustBench's radii for CIFAR-10. */
const USUAL_EPS: Readonly<Record<Norm, number>> = { linf: 8 / 255, l2: 0.5 };
const MOST_EPS: Readonly<Record<Norm, number>> = { linf: 1, l2: 5 };
const BACKENDS = ['wasm', 'cpu', 'webgpu'] as const;
const BN_SETS: readonly BnBranch[] = ['adv', 'clean'];
const DEFAULT_N = 200;
const MOST_N = 10_000;

export interface JudgeRequest {
  /** Weight files, at least one. */
  readonly files: readonly string[];
  readonly source: DataSource;
  /** Paths of the data; null for a source without files. */
  readonly paths: readonly string[] | null;
  /** Numbers in the data set; null: all of its classes. */
  readonly classes: readonly number[] | null;
  readonly n: number;
  readonly depth: Depth;
  readonly norm: Norm;
  readonly eps: number;
  readonly seed: number;
  readonly backend: (typeof BACKENDS)[number];
  readonly json: string | null;
  /** Answers about the networks; undefined: what the file suggests. */
  readonly prefix: string | undefined;
  readonly stemStride: 1 | 2 | undefined;
  readonly input: InputTransform | undefined;
  readonly bnSet: BnBranch | undefined;
}

const OPTIONS = {
  [DATASET]: { type: 'string', multiple: true },
  classes: { type: 'string' },
  n: { type: 'string' },
  depth: { type: 'string' },
  norm: { type: 'string' },
  eps: { type: 'string' },
  seed: { type: 'string' },
  backend: { type: 'string' },
  json: { type: 'string' },
  network: { type: 'string' },
  'stem-stride': { type: 'string' },
  'input-scale': { type: 'string' },
  mean: { type: 'string' },
  std: { type: 'string' },
  bn: { type: 'string' },
} as const;

const { mean: MEAN, std: STD } = CIFAR_10_STANDARDISATION;

export const judgeHelp = (): string =>
  [
    'Usage: npm run judge -- <weights.safetensors> [<more weights>...] --dataset <data> [options]',
    '',
    "Attacks trained CIFAR ResNets with the page's robustness report: progress goes to standard error, the table to",
    'standard output. Several networks are also attacked with the images made for each other. Square brackets hold the default.',
    '',
    helpEntry(
      '--dataset',
      `${NAMED_SOURCES.join(' or ')} or the paths of CIFAR files or a folder`,
      'The images: the first of the test set, of every chosen class.',
    ),
    helpEntry(
      '--classes',
      `${expectedText(SETTINGS['dataset.classes'])} [all]`,
      'A network for all of the data set then answers among these alone; one with as many outputs answers for them in this order.',
    ),
    helpEntry(
      '--n',
      `a whole number from 1 to ${MOST_N} [${DEFAULT_N}]`,
      'How many test images are attacked.',
    ),
    helpEntry(
      '--depth',
      `${DEPTHS.join(' or ')} [${DEPTHS[0]}]`,
      'look: noise, FGSM, PGD-20 on two losses, a sweep over eps. quick: also MIM, targeted PGD, PGD-100, and AutoAttack’s four with a fraction of their steps. autoattack: in place of the latter the full AutoAttack, the standard one with four classes or more; with fewer another loss stands in for its targeted DLR, and the report names it.',
    ),
    helpEntry('--norm', `${NORMS.join(' or ')} [${NORMS[0]}]`, 'How the perturbation is measured.'),
    helpEntry(
      '--eps',
      'a number or a fraction such as 8/255 [8/255 in linf, 0.5 in l2]',
      'Radius of the attacks, for pixels in [0,1].',
    ),
    helpEntry('--seed', 'a whole number [0]', 'Random starts and targets of the attacks.'),
    helpEntry(
      '--network',
      'text [the first in the file]',
      'Prefix of the names of one network, where a file holds several: module. or init., for example.',
    ),
    helpEntry(
      '--stem-stride',
      '1 or 2 [what the file says, or 1]',
      'Stride of the first convolution, which no shape tells.',
    ),
    helpEntry(
      '--input-scale',
      'a number [what the file says, or 0]',
      'The network sees (x - 0.5) times this number, or x in [0,1] if it is 0.',
    ),
    helpEntry(
      '--mean, --std',
      'three numbers, separated by commas',
      `The network sees (x - mean) / std: for CIFAR-10 often ${MEAN.join(',')} and ${STD.join(',')}.`,
    ),
    helpEntry('--bn', `${BN_SETS.join(' or ')} [adv]`, 'The BatchNorm set of a network that has two.'),
    helpEntry('--backend', `${BACKENDS.join(' or ')} [wasm]`, 'What computes.'),
    helpEntry('--json', 'a file', 'The report with every option, figure, interval and check.'),
  ].join('\n');

function numbers(name: string, text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (values.length !== 3 || !values.every(Number.isFinite))
    throw new UsageError(`--${name} must be three numbers, separated by commas, not "${text}".`);
  return values;
}

function inputOption(
  scale: string | undefined,
  meanText: string | undefined,
  stdText: string | undefined,
): InputTransform | undefined {
  const [mean, std] = [numbers('mean', meanText), numbers('std', stdText)];
  if ((mean === undefined) !== (std === undefined)) throw new UsageError('--mean and --std need each other.');
  if (scale !== undefined && mean)
    throw new UsageError('--input-scale and --mean exclude each other: give one.');
  let input: InputTransform | undefined;
  if (mean && std) input = { kind: 'standardise', mean, std };
  else if (scale !== undefined && scale.trim() !== '' && Number(scale) === 0) input = { kind: 'none' };
  else if (scale !== undefined) input = { kind: 'scale', scale: scale.trim() === '' ? NaN : Number(scale) };
  const fault = input ? inputFault(input) : null;
  if (fault !== null) throw new UsageError(fault);
  return input;
}

/** Reads the options. Throws `UsageError`. */
export function parseRequest(args: readonly string[]): JudgeRequest {
  const { values: o, positionals: files } = parseOptions({
    args: withRepeatedDataset(args),
    options: OPTIONS,
    strict: true,
    allowPositionals: true,
  });
  if (files.length === 0 || o.dataset === undefined)
    throw new UsageError(
      'Usage: npm run judge -- <weights.safetensors> --dataset <data> [--depth look|quick|autoattack] [--json FILE]; --help lists all options.',
    );
  const { source, paths } = datasetOption(o.dataset);
  const classes = o.classes === undefined ? null : valueFromText(SETTINGS['dataset.classes'], o.classes);
  if (classes === undefined)
    throw new UsageError(
      `--classes must be ${expectedText(SETTINGS['dataset.classes'])}, not "${o.classes}".`,
    );
  const norm = choiceOption('norm', o.norm, NORMS);
  const stride = integerOption('stem-stride', o['stem-stride'], 1, 2);
  return {
    files,
    source,
    paths,
    classes,
    n: integerOption('n', o.n, 1, MOST_N) ?? DEFAULT_N,
    depth: choiceOption('depth', o.depth, DEPTHS),
    norm,
    eps: radiusOption('eps', o.eps, MOST_EPS[norm]) ?? USUAL_EPS[norm],
    seed: integerOption('seed', o.seed, 0, 2 ** 31 - 1) ?? 0,
    backend: choiceOption('backend', o.backend, BACKENDS),
    json: o.json ?? null,
    prefix: o.network,
    stemStride: stride as 1 | 2 | undefined,
    input: inputOption(o['input-scale'], o.mean, o.std),
    bnSet: o.bn === undefined ? undefined : choiceOption('bn', o.bn, BN_SETS),
  };
}
