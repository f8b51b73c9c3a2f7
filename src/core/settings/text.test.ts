import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Spec } from './spec.ts';
import { SETTING_PATHS, SETTINGS, SWITCH_NAMES } from './specs.ts';
import { SWITCHES } from './specs/switches.ts';
import { anyValue } from './testing/setting-values.ts';
import { expectedText, textOfValue, valueFromText } from './text.ts';

const ENTRIES: readonly (readonly [string, Spec])[] = [
  ...SETTING_PATHS.map((path) => [path, SETTINGS[path]] as const),
  ...SWITCH_NAMES.map((name) => [name, SWITCHES[name]] as const),
];

test.each(ENTRIES)(
  'given any value of %s, when written and read again, then it is the same to the last bit',
  (_, spec) => {
    fc.assert(
      fc.property(anyValue(spec), (value) => {
        const text = textOfValue(spec, value);
        if (spec.kind !== 'formula') expect(text).toMatch(/^[A-Za-z0-9.,/+-]+$/);
        expect(valueFromText(spec, text)).toEqual(value);
      }),
    );
  },
);

test.each(ENTRIES)(
  'given any text for %s, when read, then it gives a value that can be written and read again, or undefined',
  (_, spec) => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d,./-]{0,8}$/)), (text) => {
        const value = valueFromText(spec, text);
        if (value !== undefined) expect(valueFromText(spec, textOfValue(spec, value))).toEqual(value);
      }),
    );
  },
);

test.each([
  ['attack.eps', '8/255', 8 / 255],
  ['attack.eps', '0.03', 0.03],
  ['attack.eps', '0', 0],
  ['attack.eps', '8', undefined],
  ['attack.eps', '8/', undefined],
  ['attack.eps', '8/255/1', undefined],
  ['attack.eps', '1/0', undefined],
  ['optimiser.epochs', '', undefined],
  ['optimiser.epochs', ' ', undefined],
  ['optimiser.epochs', '1.5', undefined],
  ['optimiser.milestones', 'none', []],
  ['optimiser.milestones', '3/4,0.9', [0.75, 0.9]],
  ['dataset.classes', '1,3-5', [1, 3, 4, 5]],
  ['dataset.classes', '5-3', undefined],
  ['dataset.classes', '0-99999999999', undefined],
  ['dataset.classes', 'none', undefined],
  ['augmentation.flip', 'off', false],
  ['augmentation.flip', 'no', undefined],
  ['network.stemStride', '2', 2],
  ['network.stemStride', '3', undefined],
] as const)('given %s as "%s", when read, then it is %j', (path, text, value) => {
  expect(valueFromText<Spec>(SETTINGS[path], text)).toEqual(value);
});

test('given an entry of each kind, then expectedText says what its text may be', () => {
  const words = (['optimiser.epochs', 'attack.eps', 'augmentation.flip', 'network.stemStride'] as const).map(
    (path) => expectedText(SETTINGS[path]),
  );
  expect(words).toEqual([
    'a whole number from 1 to 1000',
    'a number from 0 to 0.5 or a fraction like 8/255',
    'on or off',
    'one of 1, 2',
  ]);
  expect(expectedText(SETTINGS['dataset.classes'])).toBe(
    '2 to 100 whole numbers from 0 to 99 or ranges like 3-5, separated by commas',
  );
  expect(expectedText(SETTINGS['optimiser.milestones'])).toBe(
    'none or 1 to 8 numbers from 0 to 1, separated by commas',
  );
});
