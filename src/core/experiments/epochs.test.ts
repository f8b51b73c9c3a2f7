import { expect, test } from 'vitest';
import { contestant } from './contestant.ts';
import { trainingFlop } from './cost.ts';
import { epochsOf, mostEpochs } from './epochs.ts';
import { trainingPasses } from './passes.ts';
import { PRESETS, type PresetName } from './presets.ts';

const at = contestant('at');
const matched = contestant('at', { matchArat: true });
const arat = contestant('arat');

test.each(Object.keys(PRESETS) as PresetName[])(
  'given the preset %s, then AT of as many FLOP as ARAT trains longer than AT, and no other number of epochs is nearer to ARAT’s cost',
  (name) => {
    const config = { ...PRESETS[name], contestants: [at, matched, arat] };
    const epochs = epochsOf(config, matched);
    expect([epochsOf(config, at), epochsOf(config, arat)]).toEqual(Array(2).fill(config.optimiser.epochs));
    expect(epochs).toBeGreaterThan(config.optimiser.epochs);
    expect(mostEpochs(config)).toBe(epochs);
    const perEpoch = trainingFlop(config, at) / config.optimiser.epochs;
    expect(trainingFlop(config, matched)).toBeCloseTo(epochs * perEpoch, -3);
    expect(Math.abs(trainingFlop(config, matched) - trainingFlop(config, arat))).toBeLessThanOrEqual(
      0.5 * perEpoch * (1 + 1e-9),
    );
  },
);

test('given auto-balance, then its forward passes on 1,000 images between epochs count for ARAT', () => {
  const { quick } = PRESETS;
  // 6 epochs of 1,024 images with 16 passes, and 5 times 1,000 images with one; AT has 13 passes.
  expect(trainingPasses(quick, arat, 6)).toBe(6 * 1024 * 16 + 5 * 1000);
  expect(trainingPasses({ ...quick, balanceImages: 'batches' }, arat, 6)).toBe(6 * 1024 * 16 + 6 * 1024);
  expect(trainingPasses(quick, contestant('arat', { autoBalance: false }), 6)).toBe(6 * 1024 * 16);
  expect(trainingPasses(quick, at, 6)).toBe(6 * 1024 * 13);
  expect(epochsOf(quick, matched)).toBe(8);
});

test('given a method without the switch, then the switch changes nothing', () => {
  const trades = contestant('trades', { matchArat: true });
  expect(epochsOf(PRESETS.quick, trades)).toBe(PRESETS.quick.optimiser.epochs);
  expect(trades.label).toBe('TRADES');
});
