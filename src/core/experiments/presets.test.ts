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

test('given the preset of the official codes, then it has their schedule, last batch, balance and weights, and each baseline its own recipe', () => {
  const { optimiser, balanceImages, contestants } = PRESETS.official;
  expect(optimiser).toMatchObject({
    ...{ learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4, schedule: 'official' },
    ...{ batchSize: 128, epochs: 100, keepLastBatch: true },
  });
  expect(balanceImages).toBe('batches');
  for (const { switches } of contestants)
    expect(switches).toMatchObject({
      ...{ classificationWeight: 1, averageFrom: 0.76, averageEvery: 500, recipe: 'code' },
      // Where the paper is followed and not the code.
      ...{ officialAliasing: false, attackUpdatesStatistics: false },
    });
  expect(contestants.map((c) => c.switches.invarianceWeight)).toEqual([30, 30, 30, 0]);
  // Those of the other methods with a recipe of their own: contestant.test.ts.
  expect(contestants[1].switches.beta).toBe(6);
});

test('given settings from before these switches and settings existed, when read, then they train as they did', () => {
  const { optimiser, balanceImages: _b, contestants, ...rest } = structuredClone(PRESETS.demo);
  const { keepLastBatch: _k, ...old } = optimiser;
  const added = ['classificationWeight', 'averageEvery', 'recipe', 'conflictThreshold', 'mseWeight'];
  const before = contestants.map((c) => ({
    ...c,
    switches: Object.fromEntries(Object.entries(c.switches).filter(([name]) => !added.includes(name))),
  }));
  expect(parseConfig({ ...rest, optimiser: old, contestants: before })).toEqual(PRESETS.demo);
});
