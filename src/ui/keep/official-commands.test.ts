/** Every setting and switch of the table is in an official command or among its differences. */
import { describe, expect, it } from 'vitest';
import { contestant } from '../../core/experiments/contestant.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { settingAt, withSetting } from '../../core/settings/at.ts';
import type { ExperimentConfig, MethodId, Switches } from '../../core/settings/config.ts';
import type { Spec } from '../../core/settings/spec.ts';
import { SETTING_PATHS, SETTINGS, type SettingPath } from '../../core/settings/specs.ts';
import { SWITCHES } from '../../core/settings/specs/switches.ts';
import { otherValue } from '../../core/settings/testing/setting-values.ts';
import { officialCommand } from './official-commands.ts';

describe('an official command and its differences', () => {
  /** By method, the settings that its training does not depend on, or that its script measures in its own way. */
  const WITHOUT: Readonly<Record<string, readonly SettingPath[]>> = {
    arat: ['evaluation.n', 'conflictEvery'],
    'arat-swa': ['evaluation.n', 'conflictEvery'],
    trades: ['evaluation.n', 'evaluation.steps', 'evaluation.stepSize', 'conflictEvery', 'initialBalance'],
    at: [
      'evaluation.n',
      'evaluation.steps',
      'evaluation.stepSize',
      'conflictEvery',
      'initialBalance',
      'seed',
    ],
    standard: [
      ...(['evaluation.n', 'evaluation.steps', 'evaluation.stepSize', 'conflictEvery'] as const),
      ...(['initialBalance', 'seed', 'attack.eps', 'attack.stepSize', 'attack.steps'] as const),
    ],
  };

  it.each(Object.entries(WITHOUT))(
    'given %s and another value of any setting but %j, then the command or its differences change',
    (method, without) => {
      const base = PRESETS.official;
      const said = (c: ExperimentConfig) =>
        JSON.stringify(
          officialCommand(c, contestant(method as MethodId, {}, base.contestants[0].switches), 'CIFAR-10'),
        );
      const same = SETTING_PATHS.filter((path) => {
        const spec: Spec = SETTINGS[path];
        const [other, own] = [otherValue(spec), settingAt(base, path)];
        const value = JSON.stringify(other) === JSON.stringify(own) ? spec.default : other;
        return said(withSetting(base, path, value as never)) === said(base);
      });
      // The first balance is always among the differences.
      const always = method.startsWith('arat') ? ['initialBalance'] : [];
      expect(same.sort()).toEqual([...without, ...always].sort());
    },
  );

  it('given a method with an official command and another value of a switch, then the command or its differences change', () => {
    const base = { ...PRESETS.official.contestants[0].switches };
    for (const method of Object.keys(WITHOUT) as MethodId[])
      for (const name of CATALOGUE[method].switches) {
        const said = (changes: Partial<Switches>) =>
          JSON.stringify(
            officialCommand(
              PRESETS.official,
              { ...contestant(method, changes, base), label: 'x' },
              'CIFAR-10',
            ),
          );
        expect(said({ [name]: otherValue<Spec>(SWITCHES[name]) }), `${method} ${name}`).not.toBe(said({}));
      }
  });

  it('given settings and switches that no script has, then the differences name both values in the words of the table', () => {
    const base = PRESETS.official;
    const changed = {
      ...base,
      precision: 'float16' as const,
      repeats: 3,
      augmentation: { crop: 0, flip: false },
    };
    const { differences } = officialCommand(
      changed,
      contestant('at', { officialAliasing: true }),
      'CIFAR-10',
    )!;
    expect(differences).toEqual(
      expect.arrayContaining([
        'Precision of training: float32 there, float16 here.',
        'Seeds: 1 there, 3 here.',
        'Random crop: 4 there, 0 here.',
        'Random flip: on there, off here.',
        'Official in-place start: off there, on here.',
      ]),
    );
  });
});
