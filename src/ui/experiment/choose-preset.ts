import { PRESETS, type PresetName } from '../../core/experiments/presets.ts';
import { withSource } from '../../core/experiments/with-source.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';

/** `name`'s settings. Quick and demo can use any data source, so that the visitor's own stays chosen for them. */
export function choosePreset(config: ExperimentConfig, name: PresetName): ExperimentConfig {
  const preset = PRESETS[name];
  const source = name === 'quick' || name === 'demo' ? config.dataset.source : preset.dataset.source;
  return { ...withSource(preset, source), repeats: config.repeats };
}
