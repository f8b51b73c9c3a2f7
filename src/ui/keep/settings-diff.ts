/** The settings in which several experiments differ, in the words of the form, and names of runs made from them. */
import { settingAt } from '../../core/settings/at.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { SETTING_PATHS, SETTINGS, type SettingPath } from '../../core/settings/specs.ts';
import { textOfValue } from '../../core/settings/text.ts';
import { contestantText } from '../../core/experiments/contestant.ts';
import { dateText } from '../shared/dates.ts';

export interface SettingDifference {
  /** The setting's label in the form. */
  readonly label: string;
  /** Its value in each experiment, in their order. */
  readonly values: readonly string[];
}

const valueText = <P extends SettingPath>(config: ExperimentConfig, path: P): string =>
  textOfValue(SETTINGS[path], settingAt(config, path));

const anyDiffer = (values: readonly string[]): boolean => new Set(values).size > 1;

/** Labels of an experiment's contestants, each with its method and switches as the command line writes them. */
function contestantsText({ contestants }: ExperimentConfig): string {
  const base = contestants[0].switches;
  return contestants.map((c) => `${c.label}=${contestantText(c, base)}`).join(', ');
}

/** One entry per setting that is not equal in all of `configs`; the line-up is the last. */
export function settingsDiff(configs: readonly ExperimentConfig[]): SettingDifference[] {
  const settings = SETTING_PATHS.flatMap((path): SettingDifference[] => {
    const values = configs.map((config) => valueText(config, path));
    return anyDiffer(values) ? [{ label: SETTINGS[path].label, values }] : [];
  });
  const linedUp = anyDiffer(configs.map(contestantsText))
    ? [{ label: 'Contestants', values: configs.map((c) => c.contestants.map((k) => k.label).join(', ')) }]
    : [];
  const startText = ({ start }: ExperimentConfig) =>
    start ? `${start.file} (${start.sha256.slice(0, 8)})` : 'random weights';
  const starts = configs.map(startText);
  const started = anyDiffer(configs.map((c) => JSON.stringify(c.start)))
    ? [{ label: 'Start of training', values: starts }]
    : [];
  return [...settings, ...started, ...linedUp];
}

interface Named {
  readonly name: string;
  readonly result: { readonly config: ExperimentConfig; readonly finishedAt: string };
}

/** The most settings that a name lists. */
const MOST = 3;

/**
 * A note for each run that tells it from the others of the same name: the settings in which they differ (`Seed 7, ε
 * 4/255`), and the time at which it ended if all settings are equal. Empty for a run whose name is its own.
 */
export function distinguishingNotes(runs: readonly Named[]): string[] {
  const groups = new Map<string, number[]>();
  runs.forEach(({ name }, i) => groups.set(name, [...(groups.get(name) ?? []), i]));
  const notes = runs.map(() => '');
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const differences = settingsDiff(group.map((i) => runs[i].result.config));
    const words = group.map((_, k) =>
      differences
        .slice(0, MOST)
        .map(({ label, values }) => `${label} ${values[k]}`)
        .join(', '),
    );
    group.forEach((i, k) => {
      const alone = words.filter((w) => w === words[k]).length === 1;
      const ended = `ended ${dateText(runs[i].result.finishedAt, true)}`;
      notes[i] = alone ? words[k] : [words[k], ended].filter(Boolean).join(', ');
    });
  }
  return notes;
}
