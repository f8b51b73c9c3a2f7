/** The command line of `npm run experiment` that repeats a configuration without the page. */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import type { Contestant, ExperimentConfig, SwitchName, Switches } from '../../core/settings/config.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import type { Cifar } from './cifar-of-config.ts';

export interface ExperimentCommand {
  readonly command: string;
  readonly notes: readonly string[];
}

const word = (x: boolean | string | number) => (typeof x === 'boolean' ? (x ? 'on' : 'off') : String(x));

/** e.g. `arat[stopGradient=off]`: the method with those of its switches that differ from `base`. */
export function methodToken({ method, switches }: Contestant, base: Switches): string {
  const options = CATALOGUE[method].switches
    .filter((name: SwitchName) => switches[name] !== base[name])
    .map((name) => `${name}=${word(switches[name])}`);
  return options.length ? `${method}[${options.join(',')}]` : method;
}

/** For a POSIX shell. */
const quote = (text: string) =>
  /^[A-Za-z0-9_./,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

interface Option {
  readonly name: string;
  readonly path: string;
  readonly text: (config: ExperimentConfig) => string;
}

/** What the command can be told, and the setting it stands for. */
const OPTIONS: readonly Option[] = [
  { name: 'classes', path: 'dataset.classes', text: (c) => c.dataset.classes.join(',') },
  { name: 'train-size', path: 'dataset.trainSize', text: (c) => String(c.dataset.trainSize) },
  { name: 'test-size', path: 'dataset.testSize', text: (c) => String(c.dataset.testSize) },
  { name: 'eval-size', path: 'evaluation.n', text: (c) => String(c.evaluation.n) },
  { name: 'width', path: 'network.width', text: (c) => String(c.network.width) },
  { name: 'epochs', path: 'optimiser.epochs', text: (c) => String(c.optimiser.epochs) },
  { name: 'batch-size', path: 'optimiser.batchSize', text: (c) => String(c.optimiser.batchSize) },
  { name: 'attack-steps', path: 'attack.steps', text: (c) => String(c.attack.steps) },
  { name: 'conflict-every', path: 'conflictEvery', text: (c) => String(c.conflictEvery) },
  { name: 'precision', path: 'precision', text: (c) => c.precision },
  { name: 'seed', path: 'seed', text: (c) => String(c.seed) },
  { name: 'seeds', path: 'repeats', text: (c) => String(c.repeats) },
];
const OPTION_PATHS = new Set(OPTIONS.map((o) => o.path));
/** Given by --dataset, --methods and --preset. */
const OTHER_PATHS = new Set(['dataset.source', 'contestants', 'preset', 'version']);

/** `optimiser.epochs` -> JSON of its value, for every setting. */
function settings(config: ExperimentConfig): Map<string, string> {
  const out = new Map<string, string>();
  for (const [group, value] of Object.entries(config)) {
    if (typeof value !== 'object' || Array.isArray(value)) out.set(group, JSON.stringify(value));
    else
      for (const [name, inner] of Object.entries(value)) out.set(`${group}.${name}`, JSON.stringify(inner));
  }
  return out;
}

/** Only what differs from the preset is written out; what the command cannot be told is named in the notes. */
export function experimentCommand(config: ExperimentConfig, cifar: Cifar): ExperimentCommand {
  const presetName = config.preset === 'custom' ? 'demo' : config.preset;
  const preset = PRESETS[presetName];
  const usual = settings(preset);
  const changed = [...settings(config)]
    .filter(([path, value]) => usual.get(path) !== value)
    .map(([path]) => path);
  const base = preset.contestants[0].switches;
  const archive = { 'CIFAR-10': 'cifar-10-binary.tar.gz', 'CIFAR-100': 'cifar-100-binary.tar.gz' }[cifar];
  const { id, kind } = SOURCES[config.dataset.source];
  const dataset = kind === 'files' ? archive : id;

  const options = OPTIONS.filter((o) => changed.includes(o.path)).map((o) => `--${o.name} ${o.text(config)}`);
  const lines = [
    `npm run experiment -- --dataset ${dataset} --preset ${presetName}`,
    `--methods ${quote(config.contestants.map((c) => methodToken(c, base)).join(','))}`,
    ...(options.length ? [options.join(' ')] : []),
    '--out results.json',
  ];
  const beyond = changed.filter((path) => !OPTION_PATHS.has(path) && !OTHER_PATHS.has(path));
  const notes: string[] = [];
  if (kind === 'files') notes.push('Give --dataset the path of your archive.');
  if (beyond.length)
    notes.push(
      `The command cannot be told ${beyond.join(', ')}: there the values of the preset ${presetName} hold.`,
    );
  notes.push('Open results.json on this page with Import.');
  return { command: lines.join(' \\\n  '), notes };
}
