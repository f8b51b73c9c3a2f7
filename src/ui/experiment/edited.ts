import type { DataSource } from '../../core/data/sources/catalogue.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { withSource } from '../../core/experiments/with-source.ts';
import { withSetting } from '../../core/settings/at.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import type { SettingPath, SettingValue } from '../../core/settings/specs.ts';

/**
 * The experiment after an edit of one setting in the form. Its preset becomes 'custom', except after an edit of
 * `repeats`, which belongs to no preset.
 */
export function edited<P extends SettingPath>(
  config: ExperimentConfig,
  path: P,
  value: SettingValue<P>,
): ExperimentConfig {
  const changed =
    path === 'dataset.source' ? withSource(config, value as DataSource) : withSetting(config, path, value);
  if (path === 'repeats') return changed;
  const { schedule, milestones } = changed.optimiser;
  // Without milestones, a step schedule would be a constant rate.
  const missing = path === 'optimiser.schedule' && schedule === 'step' && milestones.length === 0;
  const whole = missing
    ? withSetting(changed, 'optimiser.milestones', [...PRESETS.official.optimiser.milestones])
    : changed;
  return { ...whole, preset: 'custom' };
}
