/** The text of `npm run experiment -- --help`: every option with its values and what it does. */
import { LINE_UP_IDS } from '../core/experiments/line-ups.ts';
import { PRESETS } from '../core/experiments/presets.ts';
import { CATALOGUE } from '../core/methods/catalogue.ts';
import { BACKEND_CHOICES, METHOD_IDS } from '../core/settings/config.ts';
import type { SettingSpec, Spec, SwitchSpec } from '../core/settings/spec.ts';
import { SETTING_PATHS, SETTINGS, SWITCH_NAMES, type SwitchName } from '../core/settings/specs.ts';
import { SWITCHES } from '../core/settings/specs/switches.ts';
import { expectedText, textOfValue } from '../core/settings/text.ts';
import { NAMED_SOURCES } from './experiment-data.ts';
import { helpEntry as entry } from './help.ts';

const settingEntry = (spec: SettingSpec): string =>
  spec.option === SETTINGS['dataset.source'].option
    ? entry(
        '--dataset',
        `${NAMED_SOURCES.join(' or ')} or paths [the preset’s]`,
        `${spec.help} Paths of CIFAR-10 or CIFAR-100: the binary or the python version or Hugging Face's parquet files, packed (.tar, .gz, .zip) or not, several files or a folder.`,
      )
    : entry(
        `--${spec.option}`,
        `${expectedText(spec)} [${textOfValue<Spec>(spec, spec.default)}]`,
        `${spec.label}: ${spec.help}`,
      );

function switchEntry(name: SwitchName): string {
  const spec: SwitchSpec = SWITCHES[name];
  const methods = METHOD_IDS.filter((id) => CATALOGUE[id].switches.includes(name));
  if (spec.kind === 'formula')
    return entry(
      name,
      expectedText(spec),
      `${spec.label} (${methods.join(', ')}): ${spec.help} Default: ${spec.default}`,
    );
  return entry(
    name,
    `${expectedText(spec)} [${textOfValue<Spec>(spec, spec.default)}]`,
    `${spec.label} (${methods.join(', ')}): ${spec.help}`,
  );
}

export const experimentHelp = (): string =>
  [
    'Usage: npm run experiment -- [options]',
    '',
    'Runs an experiment of the page: progress goes to standard error, the final table to standard output.',
    'Square brackets hold the default; for settings, that of the preset demo.',
    '',
    entry(
      '--preset',
      `${Object.keys(PRESETS).join(' or ')} [quick]`,
      'All settings that no other option names.',
    ),
    entry(
      '--methods',
      'names, separated by commas, or @ and a file',
      `Contestants, from ${METHOD_IDS.join(', ')}; a name may be followed by switches in brackets: arat[stopGradient=off,metric=mse]. A loss of your own is custom{firstTerm=mean(ce(f(x'), y)); secondTerm=; label=Mine}, or @loss.txt with a line for each of these, as in at,@loss.txt.`,
    ),
    entry('--line-up', LINE_UP_IDS.join(' or '), 'A ready-made list of contestants in place of --methods.'),
    ...SETTING_PATHS.map((path) => settingEntry(SETTINGS[path])),
    entry(
      '--backend',
      `${BACKEND_CHOICES.join(' or ')} [auto]`,
      'What computes; auto is wasm, or cpu if that fails.',
    ),
    entry(
      '--jobs',
      'a whole number from 1 to 256 [the number of cores]',
      'How many contestants and seeds train side by side; fewer if the memory does not suffice.',
    ),
    entry('--out', 'a file', 'The file for the result; the state of the race is kept beside it.'),
    entry(
      '--weights',
      'a folder',
      'For the trained models, a safetensors file for each contestant of the one seed.',
    ),
    entry(
      '--start',
      'a safetensors file',
      'Training starts from these weights in place of random ones; the network must be that of the settings.',
    ),
    entry(
      '--start-network',
      'what its tensors’ names begin with, such as module.',
      'Which network of the file is meant, where it holds several.',
    ),
    entry('--resume', '', 'Continues from that state, to the same numbers.'),
    entry('--overwrite', '', 'Replaces the result or state that an earlier command left at --out.'),
    entry('--print-config', '', 'Prints the settings as JSON, for training on a cluster, and ends.'),
    '',
    'Switches of methods:',
    '',
    ...SWITCH_NAMES.map(switchEntry),
  ].join('\n');
