/** A setting in a configuration, by its path. */
import type { ExperimentConfig } from './config.ts';
import type { SettingPath, SettingValue } from './specs.ts';

type Settings = Readonly<Record<string, unknown>>;
/** All of the configuration that the table describes: groups of settings and single ones. */
type Groups = Readonly<Record<string, Settings>>;

export function settingAt<P extends SettingPath>(config: ExperimentConfig, path: P): SettingValue<P> {
  const [group, name] = path.split('.');
  const value = (config as unknown as Groups)[group];
  return (name === undefined ? value : value[name]) as SettingValue<P>;
}

/** A copy with another value there. */
export function withSetting<P extends SettingPath>(
  config: ExperimentConfig,
  path: P,
  value: SettingValue<P>,
): ExperimentConfig {
  const [group, name] = path.split('.');
  const changed = name === undefined ? value : { ...(config as unknown as Groups)[group], [name]: value };
  return { ...config, [group]: changed };
}
