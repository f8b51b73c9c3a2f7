/** These tests go through every entry of the table, since schema, form and command line read it. */
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { PRESETS } from '../experiments/presets.ts';
import { CATALOGUE } from '../methods/catalogue.ts';
import { settingAt, withSetting } from './at.ts';
import { ConfigSchema, DEFAULT_SWITCHES, parseConfig, SwitchesSchema } from './config.ts';
import type { NumberRange, Spec } from './spec.ts';
import { SETTING_PATHS, SETTINGS, SWITCH_NAMES } from './specs.ts';
import { SWITCHES } from './specs/switches.ts';
import { otherValue } from './testing/setting-values.ts';

const ENTRIES: readonly (readonly [string, Spec])[] = [
  ...SETTING_PATHS.map((path) => [path, SETTINGS[path]] as const),
  ...SWITCH_NAMES.map((name) => [name, SWITCHES[name]] as const),
];

/**
 * Fields without an entry: the version of the format, the name of the preset, the weights that training starts from,
 * and the contestants, whose switches have their own table.
 */
const OUTSIDE = ['version', 'preset', 'contestants', 'start'];

test('given every field of the schema, then the table has an entry for it, and every entry has a field', () => {
  const fields = Object.entries(ConfigSchema.entries).flatMap(([key, schema]) =>
    'entries' in schema ? Object.keys(schema.entries).map((name) => `${key}.${name}`) : [key],
  );
  expect(fields.filter((path) => !OUTSIDE.includes(path)).sort()).toEqual([...SETTING_PATHS].sort());
  expect(Object.keys(SwitchesSchema.entries)).toEqual(SWITCH_NAMES);
});

test('given the preset demo, then every setting and switch has the default in the table', () => {
  for (const path of SETTING_PATHS)
    expect(settingAt(PRESETS.demo, path), path).toEqual(SETTINGS[path].default);
  for (const name of SWITCH_NAMES) expect(DEFAULT_SWITCHES[name]).toBe(SWITCHES[name].default);
});

describe.each(ENTRIES)('the entry %s', (_, spec) => {
  test('given its words, then it has a label and one sentence of help', () => {
    expect(spec.label).toMatch(/^\S.{0,39}$/u);
    expect(spec.help).toMatch(/^[A-Z].*[^.]\.$/u);
    expect(spec.help).not.toMatch(/[.:!?] [A-Z]/u);
  });
});

test('given the names of options, then each is in lower case with dashes, and no two are the same', () => {
  const names = SETTING_PATHS.map((path) => SETTINGS[path].option);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(new Set(names).size).toBe(names.length);
});

test('given every switch, then at least one method reads it', () => {
  const read = new Set(Object.values(CATALOGUE).flatMap(({ switches }) => switches));
  expect(SWITCH_NAMES.filter((name) => !read.has(name))).toEqual([]);
});

/** Checks that `accepts` takes both ends of the range, nothing beyond them, and fractions only if they are allowed. */
function expectEdges({ min, max, integer }: NumberRange, accepts: (x: number) => boolean): void {
  expect([min, max].map(accepts)).toEqual([true, true]);
  expect([min - 1, max + 1, NaN].map(accepts)).toEqual([false, false, false]);
  if (max - min >= 1) expect(accepts((min + Math.min(max, min + 1)) / 2)).toBe(!integer);
}

/** Checks that `accepts` takes what the entry allows and refuses the rest. */
function expectAllowed(spec: Spec, accepts: (value: unknown) => boolean): void {
  expect(accepts(otherValue(spec))).toBe(true);
  expect([undefined, null, 'nonsense', {}].map(accepts)).toEqual([
    spec.absent !== undefined,
    ...[false, false, false],
  ]);
  if (spec.kind === 'number') expectEdges(spec, accepts);
  if (spec.kind === 'choice') for (const { value } of spec.choices) expect(accepts(value)).toBe(true);
  if (spec.kind === 'list') {
    const { item, shortest, longest } = spec;
    const list = (length: number, x = item.min) => Array.from({ length }, () => x);
    expect([shortest, longest, shortest - 1, longest + 1].map((n) => n >= 0 && accepts(list(n)))).toEqual([
      ...[true, true, false, false],
    ]);
    expectEdges(item, (x) => accepts(list(longest, x)));
  }
}

describe('the schema', () => {
  test.each(SETTING_PATHS)(
    'given %s, then the schema accepts what the table allows and nothing else',
    (path) => {
      expectAllowed(SETTINGS[path], (value) =>
        v.is(ConfigSchema, withSetting(PRESETS.quick, path, value as never)),
      );
    },
  );

  test.each(SWITCH_NAMES)(
    'given the switch %s, then the schema accepts what the table allows and nothing else',
    (name) => {
      expectAllowed(SWITCHES[name], (value) => v.is(SwitchesSchema, { ...DEFAULT_SWITCHES, [name]: value }));
    },
  );

  test('given settings from before precision and repeats existed, when parsed, then they have the absent value of the table', () => {
    const { precision: _, repeats: __, ...older } = PRESETS.quick;
    expect(parseConfig(older)).toMatchObject({ precision: 'float32', repeats: 1 });
  });
});

test.each(SETTING_PATHS)(
  'given another value of %s, when set, then it is read back, and no other setting changes',
  (path) => {
    const value = otherValue(SETTINGS[path]);
    const changed = withSetting(PRESETS.demo, path, value);
    expect(settingAt(changed, path)).toEqual(value);
    expect(withSetting(changed, path, settingAt(PRESETS.demo, path))).toEqual(PRESETS.demo);
    for (const other of SETTING_PATHS.filter((p) => p !== path))
      expect(settingAt(changed, other)).toBe(settingAt(PRESETS.demo, other));
  },
);

test('given settings from a stranger with a wrong formula, when read, then the sentence names the field and the character', () => {
  const [first, ...rest] = PRESETS.quick.contestants;
  for (const [firstTerm, sentence] of [
    ['mean(kl(f(x), z(x)))', 'character 15: kl expects logits as its second argument, and z(x) is features.'],
    ['alert(1)', 'character 1: there is no function “alert”'],
    ['', 'character 1: expected a number'],
  ]) {
    const wrong = { ...first, switches: { ...first.switches, firstTerm } };
    expect(() => parseConfig({ ...PRESETS.quick, contestants: [wrong, ...rest] })).toThrow(
      `The experiment's settings are not valid: contestants.0.switches.firstTerm: ${sentence}`,
    );
  }
});
