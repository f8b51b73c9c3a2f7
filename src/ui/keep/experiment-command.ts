/** Writes the command line of `npm run experiment` that repeats an experiment without the page. */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import { settingAt } from '../../core/settings/at.ts';
import type { ExperimentConfig, StartOfTraining } from '../../core/settings/config.ts';
import { SETTING_PATHS, SETTINGS, type SettingPath } from '../../core/settings/specs.ts';
import { textOfValue } from '../../core/settings/text.ts';
import { contestantText } from '../../core/experiments/contestant.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { withSource } from '../../core/experiments/with-source.ts';
import type { Cifar } from './cifar-of-config.ts';

export interface ExperimentCommand {
  readonly command: string;
  readonly notes: readonly string[];
}

/** `text` as one word of a POSIX shell. */
const quote = (text: string) =>
  /^[A-Za-z0-9_./,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

const optionText = <P extends SettingPath>(config: ExperimentConfig, path: P): string =>
  `--${SETTINGS[path].option} ${quote(textOfValue(SETTINGS[path], settingAt(config, path)))}`;

/** The settings that need an option, since they differ from the preset; without --dataset, which is always written. */
function changedSettings(config: ExperimentConfig, preset: ExperimentConfig): SettingPath[] {
  const differs = (path: SettingPath) =>
    JSON.stringify(settingAt(config, path)) !== JSON.stringify(settingAt(preset, path));
  return SETTING_PATHS.filter(
    (path) =>
      path !== 'dataset.source' &&
      (differs(path) ||
        // With the step schedule, the command line needs --milestones.
        (path === 'optimiser.milestones' &&
          config.optimiser.schedule === 'step' &&
          differs('optimiser.schedule'))),
  );
}

const startText = ({ file, prefix }: StartOfTraining): string =>
  `--start ${quote(file)}${prefix === '' ? '' : ` --start-network ${quote(prefix)}`}`;

/** The command, for a POSIX shell, with options only for what differs from the preset, and notes on how to use it. */
export function experimentCommand(config: ExperimentConfig, cifar: Cifar): ExperimentCommand {
  const presetName = config.preset === 'custom' ? 'demo' : config.preset;
  const preset = withSource(PRESETS[presetName], config.dataset.source);
  const base = preset.contestants[0].switches;
  const archive = { 'CIFAR-10': 'cifar-10-binary.tar.gz', 'CIFAR-100': 'cifar-100-binary.tar.gz' }[cifar];
  const { id, kind } = SOURCES[config.dataset.source];
  const dataset = kind === 'files' ? archive : id;

  const { start } = config;
  const options = changedSettings(config, preset).map((path) => optionText(config, path));
  const lines = [
    `npm run experiment -- --dataset ${dataset} --preset ${presetName}`,
    `--methods ${quote(config.contestants.map((c) => contestantText(c, base)).join(','))}`,
    ...(options.length ? [options.join(' ')] : []),
    ...(start ? [startText(start)] : []),
    '--out results.json',
  ];
  const notes: string[] = [];
  if (start) notes.push(`Give --start the path of ${start.file}, whose SHA-256 is ${start.sha256}.`);
  if (kind === 'files') notes.push('Give --dataset the path of your archive.');
  notes.push('Open results.json on this page with Import.');
  return { command: lines.join(' \\\n  '), notes };
}
