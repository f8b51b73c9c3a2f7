/** A configuration without what a reader fills in by itself, so that a link does not grow with every new setting. */
import { settingAt } from '../core/settings/at.ts';
import type { ExperimentConfig } from '../core/settings/config.ts';
import type { Spec } from '../core/settings/spec.ts';
import { SETTING_PATHS, SETTINGS } from '../core/settings/specs.ts';
import { SWITCHES } from '../core/settings/specs/switches.ts';

type Fields = Record<string, unknown>;

/** Whether `parseConfig` gives a setting that is missing this value. */
const isFilledIn = (spec: Spec, value: unknown): boolean =>
  spec.absent !== undefined && JSON.stringify(spec.absent) === JSON.stringify(value);

/**
 * `config` as a new object, without the settings and switches that have their value of results older than themselves.
 */
export function briefConfig(config: ExperimentConfig): Fields {
  const brief = structuredClone(config) as unknown as Fields & { contestants: { switches: Fields }[] };
  for (const path of SETTING_PATHS) {
    if (!isFilledIn(SETTINGS[path], settingAt(config, path))) continue;
    const [group, name] = path.split('.');
    if (name === undefined) delete brief[group];
    else delete (brief[group] as Fields)[name];
  }
  for (const { switches } of brief.contestants)
    for (const [name, spec] of Object.entries<Spec>(SWITCHES))
      if (isFilledIn(spec, switches[name])) delete switches[name];
  return brief;
}
