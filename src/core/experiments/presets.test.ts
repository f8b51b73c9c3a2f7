import { expect, test } from 'vitest';
import { parseConfig } from '../settings/config.ts';
import { PRESETS } from './presets.ts';

test.each(Object.entries(PRESETS))(
  'given the preset %s, when parsed, then it is unchanged, has its own name and holds the default race',
  (name, preset) => {
    expect(parseConfig(structuredClone(preset))).toEqual(preset);
    expect(preset.preset).toBe(name);
    expect(preset.contestants.map((c) => c.method)).toEqual(['at', 'trades', 'arat', 'arat']);
    expect(preset.contestants[3].switches.invarianceWeight).toBe(0);
  },
);
