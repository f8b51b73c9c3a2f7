import fc from 'fast-check';
import { fuzz } from '../core/testing/fuzz.ts';
import { parseConfig } from '../core/settings/config.ts';
import { settingAt } from '../core/settings/at.ts';
import type { Spec } from '../core/settings/spec.ts';
import { SETTING_PATHS, SETTINGS } from '../core/settings/specs.ts';
import { UsageError } from './args.ts';
import { parseRequest as experiment } from './experiment-options.ts';
import { parseRequest as robustness } from './robustness.ts';

const number = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom('', ' ', '8/255', '8/', '1e9', '0x10', '-1', 'NaN', 'Infinity', '१२', '1_000', '007'),
);
const methods = fc.oneof(
  fc.constantFrom(
    'at',
    'at,trades',
    'arat[stopGradient=off]',
    'arat[splitBn=off],arat',
    'arat[',
    'arat[]',
    'arat[a=b=c]',
    'at,at',
  ),
  fc.string(),
);
const names = fc.oneof(
  fc.constantFrom('race', 'ladder', 'quick', 'demo', 'official', 'wasm', 'constructor', '__proto__'),
  fc.string(),
);

const optionsOf = (...kinds: readonly Spec['kind'][]) =>
  SETTING_PATHS.filter((path) => kinds.includes(SETTINGS[path].kind)).map((path) => SETTINGS[path].option);
const NUMBER_OPTIONS = optionsOf('number');
const WORD_OPTIONS = optionsOf('flag', 'choice', 'list');

/** One option with a suitable value, or with any text. */
const option = (numbers: readonly string[], words: readonly string[]) =>
  fc
    .oneof(
      fc.tuple(
        fc.constantFrom(...numbers),
        fc.oneof({ weight: 4, arbitrary: number }, { weight: 1, arbitrary: fc.string() }),
      ),
      fc.tuple(fc.constantFrom(...words), fc.oneof(names, methods)),
      fc.tuple(
        fc.constant('classes'),
        fc.oneof(fc.constantFrom('0,1', '0-99', '9-0', '1-', '-', '1,1', '0-4-9'), fc.string()),
      ),
    )
    .map(([name, value]) => `--${name}=${value}`);

const argv = (numbers: readonly string[], words: readonly string[], positional: fc.Arbitrary<string>) =>
  fc.array(fc.oneof({ weight: 8, arbitrary: option(numbers, words) }, { weight: 1, arbitrary: positional }), {
    maxLength: 5,
  });

/** The parsed request, or null for a usage error of one line; any other error is a fault. */
function parsed<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    const { message } = error as Error;
    if (!(error instanceof UsageError) || message.trim() === '' || /[\n\r]/.test(message)) throw error;
    return null;
  }
}

const asNumber = (args: readonly string[], name: string): number | undefined => {
  const given = args.filter((arg) => arg.startsWith(`--${name}=`)).at(-1);
  if (given === undefined) return undefined;
  const [above, below = '1'] = given.slice(name.length + 3).split('/');
  return Number(above) / Number(below);
};

fuzz(
  'given any options of experiment, when read, then it throws a usage error of one line or gives a valid config with the given numbers',
  argv(
    NUMBER_OPTIONS,
    ['methods', 'line-up', 'preset', 'backend', 'out', ...WORD_OPTIONS],
    fc.oneof(fc.constantFrom('--resume', '--overwrite', '--', '--no-resume'), fc.string()),
  ),
  (args) => {
    const request = parsed(() => experiment(args));
    if (!request) return 'refused';
    const { config } = request;
    if (JSON.stringify(parseConfig(config)) !== JSON.stringify(config))
      throw new Error('the config is not a valid one');
    for (const path of SETTING_PATHS) {
      const spec: Spec = SETTINGS[path];
      const name = SETTINGS[path].option;
      const used = settingAt(config, path);
      // Nothing after a bare `--` is an option.
      const given = args.includes('--') ? undefined : asNumber(args, name);
      if (spec.kind === 'number' && given !== undefined && given !== used)
        throw new Error(`--${name}: ${given} was given, ${String(used)} is used`);
    }
    return 'accepted';
  },
  { short: 1000, reaches: ['refused', 'accepted'] },
);

fuzz(
  'given any options of robustness, when read, then it throws a usage error of one line or gives radius and seed in range',
  fc
    .tuple(argv(['eps', 'seed'], ['attacks', 'norm', 'backend', 'json'], fc.string()))
    .map(([args]) => ['folder', ...args]),
  (args) => {
    const request = parsed(() => robustness(args));
    if (!request) return 'refused';
    const { eps, norm, seed } = request;
    if (eps !== null && !(eps > 0 && eps <= (norm === 'linf' ? 1 : 5)))
      throw new Error(`eps ${eps} was accepted`);
    if (!Number.isInteger(seed) || seed < 0) throw new Error(`seed ${seed} was accepted`);
    return 'accepted';
  },
  { short: 1000, reaches: ['refused', 'accepted'] },
);
