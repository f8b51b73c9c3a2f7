import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ConfigSchema, DEFAULT_SWITCHES, SwitchesSchema, type SwitchName } from './config.ts';
import { PRESETS } from '../experiments/presets.ts';
import { rangeOfSetting, rangeOfSwitch, type Range, type SettingPath } from './range.ts';

const config = PRESETS.quick;
const PATHS = Object.entries(config).flatMap(([key, value]) =>
  typeof value === 'number'
    ? [key]
    : Object.entries(value as object).flatMap(([inner, x]) =>
        typeof x === 'number' ? [`${key}.${inner}`] : [],
      ),
);
const SETTINGS = PATHS.filter((path) => !['version', 'network.stemStride'].includes(path)) as SettingPath[];

/** The config with one number replaced. */
const withValue = (path: string, value: number): unknown => {
  const copy = structuredClone(config) as unknown as Record<string, Record<string, unknown>>;
  const [key, inner] = path.split('.');
  if (inner) copy[key][inner] = value;
  else (copy as Record<string, unknown>)[key] = value;
  return copy;
};

function expectEdges({ min, max, integer }: Range, accepts: (x: number) => boolean) {
  expect([min, max].map(accepts)).toEqual([true, true]);
  expect([min - 1, max + 1].map(accepts)).toEqual([false, false]);
  if (max - min >= 1) expect(accepts((min + Math.min(max, min + 1)) / 2)).toBe(!integer);
}

describe('the range of a setting', () => {
  test('the presets hold the numbers that a form needs', () => {
    expect(SETTINGS).toEqual(expect.arrayContaining(['seed', 'optimiser.epochs', 'attack.eps', 'repeats']));
  });

  test.each(SETTINGS)('given %s, then the schema accepts the range and nothing beyond it', (path) => {
    expectEdges(rangeOfSetting(path), (x) => v.is(ConfigSchema, withValue(path, x)));
  });

  const numeric = (Object.keys(DEFAULT_SWITCHES) as SwitchName[]).filter(
    (name) => typeof DEFAULT_SWITCHES[name] === 'number',
  );
  test.each(numeric)(
    'given the switch %s, then the schema accepts the range and nothing beyond it',
    (name) => {
      expectEdges(rangeOfSwitch(name), (x) => v.is(SwitchesSchema, { ...DEFAULT_SWITCHES, [name]: x }));
    },
  );

  test('given a switch that is no number, then it has no range', () => {
    expect(() => rangeOfSwitch('splitBn')).toThrow('splitBn has no range');
  });
});
