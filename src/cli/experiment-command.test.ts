/** `npm run experiment` reads the command that the page shows for an experiment. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRESETS } from '../core/experiments/presets.ts';
import { settingAt, withSetting } from '../core/settings/at.ts';
import type { ExperimentConfig } from '../core/settings/config.ts';
import type { Spec } from '../core/settings/spec.ts';
import { SETTING_PATHS, SETTINGS, type SettingPath } from '../core/settings/specs.ts';
import { anyValue, otherValue } from '../core/settings/testing/setting-values.ts';
import { experimentCommand } from '../ui/keep/experiment-command.ts';
import { posixLines } from '../ui/keep/shells.ts';
import { parseRequest } from './experiment-options.ts';

/** The settings that `npm run experiment` reads from the page's command. */
function readBack(config: ExperimentConfig): ExperimentConfig {
  const words = posixLines(experimentCommand(config, 'CIFAR-10').command).flat();
  expect(words.slice(0, 4)).toEqual(['npm', 'run', 'experiment', '--']);
  return parseRequest(words.slice(4)).config;
}

function expectSame(config: ExperimentConfig): void {
  const read = readBack(config);
  for (const path of SETTING_PATHS) expect(settingAt(read, path), path).toEqual(settingAt(config, path));
}

const presets = Object.entries(PRESETS);
test.each(presets.flatMap(([name]) => SETTING_PATHS.map((path) => [name, path] as const)))(
  'given the preset %s with another value of %s, when the page’s command is read, then every setting is the same',
  (name, path) => {
    expectSame(withSetting(PRESETS[name as keyof typeof PRESETS], path, otherValue(SETTINGS[path])));
  },
);

const value = fc
  .constantFrom(...SETTING_PATHS)
  .chain((path) => anyValue<Spec>(SETTINGS[path]).map((x) => [path, x] as const));

test('given any settings, when the page’s command is read, then every setting is the same to the last bit', () => {
  fc.assert(
    fc.property(fc.constantFrom(...presets), fc.array(value, { maxLength: 12 }), ([, preset], changes) => {
      expectSame(
        changes.reduce<ExperimentConfig>(
          (config, [path, x]) => withSetting<SettingPath>(config, path, x as never),
          { ...preset, preset: 'custom' },
        ),
      );
    }),
  );
});
