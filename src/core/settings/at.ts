/** Reads and sets one setting of a configuration by its path in the table (specs.ts). */
import type { ExperimentConfig } from './config.ts';
import type { SettingPath, SettingValue } from './specs.ts';

type Settings = Readonly<Record<string, unknown>>;
/** The part of a configuration that the table describes: groups of settings, and settings without a group. */
type Groups = Readonly<Record<string, Settings>>;

/** The value at `path`, e.g. `optimiser.epochs` or `seed`; a list is not copied. */
export function settingAt<P extends SettingPath>(config: ExperimentConfig, path: P): SettingValue<P> {
  const [group, name] = path.split('.');
  const value = (config as unknown as Groups)[group];
  return (name === undefined ? value : value[name]) as SettingValue<P>;
}

/** A copy of `config` with `value` at `path`, not validated; `config` is unchanged. */
export function withSetting<P extends SettingPath>(
  config: ExperimentConfig,
  path: P,
  value: SettingValue<P>,
): ExperimentConfig {
  const [group, name] = path.split('.');
  const changed = name === undefined ? value : { ...(config as unknown as Groups)[group], [name]: value };
  return { ...config, [group]: changed };
}
