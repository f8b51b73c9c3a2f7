/**
 * Reads the options of `npm run experiment`: one for every setting of the table (core/settings/specs.ts), and those
 * listed here.
 */
import { readFileSync } from 'node:fs';
import { contestantParts, parseContestant } from '../core/experiments/contestant.ts';
import { LINE_UP_IDS, LINE_UPS } from '../core/experiments/line-ups.ts';
import { PRESETS, type PresetName } from '../core/experiments/presets.ts';
import { withSource } from '../core/experiments/with-source.ts';
import { aboveRange } from '../core/judge/radius.ts';
import { withSetting } from '../core/settings/at.ts';
import {
  BACKEND_CHOICES,
  parseConfig,
  type Contestant,
  type ExperimentConfig,
  type Switches,
} from '../core/settings/config.ts';
import type { SettingSpec } from '../core/settings/spec.ts';
import { SETTING_PATHS, SETTINGS, type SettingPath, type SettingValue } from '../core/settings/specs.ts';
import { expectedText, valueFromText } from '../core/settings/text.ts';
import { choiceOption, integerOption, parseOptions, UsageError } from './args.ts';
import { DATASET, datasetOption, withRepeatedDataset } from './dataset-option.ts';

type SettingOption = (typeof SETTINGS)[SettingPath]['option'];
type TextOption = { readonly type: 'string' };

const OPTIONS = {
  ...(Object.fromEntries(
    SETTING_PATHS.map((path) => [SETTINGS[path].option, { type: 'string' }]),
  ) as Readonly<Record<Exclude<SettingOption, typeof DATASET>, TextOption>>),
  [DATASET]: { type: 'string', multiple: true },
  methods: { type: 'string' },
  'line-up': { type: 'string' },
  preset: { type: 'string' },
  backend: { type: 'string' },
  jobs: { type: 'string' },
  out: { type: 'string' },
  weights: { type: 'string' },
  start: { type: 'string' },
  'start-network': { type: 'string' },
  resume: { type: 'boolean' },
  overwrite: { type: 'boolean' },
  'print-config': { type: 'boolean' },
} as const;

export interface Request {
  readonly config: ExperimentConfig;
  readonly backend: (typeof BACKEND_CHOICES)[number];
  /** How many contestants and seeds train side by side; undefined: decided by `jobsFor`. */
  readonly jobs: number | undefined;
  /** Paths of the CIFAR files or their folders; null for the other sources. */
  readonly paths: readonly string[] | null;
  readonly out: string | null;
  /** Folder for the trained models; null: they are not kept. */
  readonly weights: string | null;
  /** The weight file that training starts from, and the beginning of its network's names; null: random weights. */
  readonly start: { readonly path: string; readonly prefix: string | undefined } | null;
  /** Continue from the state kept beside `out`. */
  readonly resume: boolean;
  /** Replace the result that an earlier command left at `out`, and delete its state. */
  readonly overwrite: boolean;
  /** Print the config as JSON, for scale/, and train nothing. */
  readonly printConfig: boolean;
}

/** The setting's value in `text`. Throws `UsageError` if there is none. */
function settingOption<P extends SettingPath>(path: P, text: string): SettingValue<P> {
  const value = valueFromText(SETTINGS[path], text);
  if (value !== undefined) return value;
  const spec: SettingSpec = SETTINGS[path];
  // Ask whether 8/255 was meant by 8.
  const above =
    spec.kind === 'number' && spec.unit && Number(text) > spec.max
      ? aboveRange(Number(text), spec.max)
      : null;
  throw new UsageError(`--${spec.option} ${above ?? `must be ${expectedText(spec)}, not "${text}".`}`);
}

/** `at,@my-loss.txt`: a file of switches, a line each, stands for a method of its user's. */
const methodsOption = (text: string, base: Switches): Contestant[] =>
  contestantParts(text).map((part) =>
    part.startsWith('@') ? methodInFile(part.slice(1), base) : parseContestant(part, base),
  );

const LINES = 'a line for each switch, such as firstTerm=mean(ce(f(x), y))';
const NO_FILE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
};

function methodInFile(path: string, base: Switches): Contestant {
  let lines: string;
  try {
    lines = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `--methods: the file ${JSON.stringify(path)} cannot be read (${NO_FILE[code ?? ''] ?? code ?? 'no such path'}); expected ${LINES}.`,
    );
  }
  const content = lines.replace(/^\s*#.*$/gm, '').trim();
  if (content === '' || /[{}]/.test(content))
    throw new UsageError(
      `--methods: the file ${JSON.stringify(path)} ${content === '' ? 'has no formula' : 'has curly brackets'}; expected ${LINES}.`,
    );
  try {
    return parseContestant(`custom{${content}}`, base);
  } catch (error) {
    throw new UsageError(`--methods: in the file ${JSON.stringify(path)}: ${(error as Error).message}`);
  }
}

function contestantsOption(
  methods: string | undefined,
  lineUp: string | undefined,
  preset: ExperimentConfig,
): Contestant[] {
  const base = preset.contestants[0].switches;
  if (lineUp === undefined) return methods === undefined ? preset.contestants : methodsOption(methods, base);
  if (methods !== undefined) throw new UsageError('--line-up and --methods exclude each other: give one.');
  return LINE_UPS[choiceOption('line-up', lineUp, LINE_UP_IDS)].contestants(base);
}

/** Reads and validates the options. Throws `UsageError`. */
export function parseRequest(argv: readonly string[]): Request {
  const { values: o } = parseOptions({
    args: withRepeatedDataset(argv),
    options: OPTIONS,
    strict: true,
    allowPositionals: false,
  });
  const name = choiceOption<PresetName>('preset', o.preset, ['quick', 'demo', 'standard', 'official']);
  const preset = PRESETS[name];
  const { source, paths } = datasetOption(o.dataset ?? [preset.dataset.source]);
  const resume = o.resume ?? false;
  if (resume && o.out === undefined)
    throw new UsageError('--resume needs the --out of the experiment to resume.');
  const overwrite = o.overwrite ?? false;
  if (resume && overwrite) throw new UsageError('--resume and --overwrite exclude each other: give one.');
  if (o.schedule === 'step' && o.milestones === undefined && preset.optimiser.milestones.length === 0)
    throw new UsageError('--schedule step needs --milestones, e.g. 0.75,0.9.');
  try {
    let asked: ExperimentConfig = {
      ...withSource(preset, source),
      contestants: contestantsOption(o.methods, o['line-up'], preset),
    };
    for (const path of SETTING_PATHS) {
      const text =
        path === 'dataset.source'
          ? undefined
          : o[SETTINGS[path].option as Exclude<SettingOption, typeof DATASET>];
      if (text !== undefined) asked = withSetting(asked, path, settingOption(path, text));
    }
    const config = parseConfig(asked);
    const backend = choiceOption('backend', o.backend, BACKEND_CHOICES);
    const printConfig = o['print-config'] ?? false;
    const jobs = integerOption('jobs', o.jobs, 1, 256);
    const weights = o.weights ?? null;
    if (weights !== null && config.repeats > 1)
      throw new UsageError(
        '--weights keeps the models of one seed: leave --seeds out, and give each --seed in turn.',
      );
    const { start: path, 'start-network': prefix } = o;
    if (path === undefined && prefix !== undefined)
      throw new UsageError('--start-network chooses a network of the file that --start names: give both.');
    const start = path === undefined ? null : { path, prefix };
    const out = o.out ?? null;
    return { config, backend, jobs, paths, out, weights, start, resume, overwrite, printConfig };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}
