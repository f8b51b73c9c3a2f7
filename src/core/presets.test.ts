import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';
import { PRESETS, raceTeraflop, trainingFlop } from './presets.ts';

test.each(Object.entries(PRESETS))(
  'given the preset %s, then it is a valid experiment of its name',
  (name, preset) => {
    expect(parseConfig(structuredClone(preset))).toEqual(preset);
    expect(preset.preset).toBe(name);
    expect(preset.contestants.map((c) => c.method)).toEqual(['at', 'trades', 'arat', 'arat']);
    expect(preset.contestants[3].switches.invarianceWeight).toBe(0);
  },
);

// Costs measured by an independent count of the same recipe.
test.each([
  ['at', 10.1],
  ['arat', 12.5],
  ['trades', 13.3],
] as const)('given the demo, then %s costs about %f TFLOP', (method, expected) => {
  const teraflop = trainingFlop(PRESETS.demo, method) / 1e12;
  expect(Math.abs(teraflop / expected - 1)).toBeLessThan(0.06);
});

test('given a preset, then a race costs the sum of its contestants', () => {
  const { demo } = PRESETS;
  const sum = demo.contestants.reduce((s, c) => s + trainingFlop(demo, c.method), 0);
  expect(raceTeraflop(demo)).toBeCloseTo(sum / 1e12, 9);
});
