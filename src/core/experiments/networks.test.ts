import { expect, test } from 'vitest';
import { networkCost } from '../nn/architecture.ts';
import { parseConfig } from '../settings/config.ts';
import { contestant } from './contestant.ts';
import { LINE_UPS } from './line-ups.ts';
import { NETWORKS, networkTitle, withNetwork } from './networks.ts';
import { PRESETS } from './presets.ts';

test('given the ready networks, then each is valid, is found by networkTitle, costs more than the one before, and the last two are the paper’s', () => {
  const costs = NETWORKS.map(({ title, network }) => {
    expect(parseConfig({ ...PRESETS.demo, network }).network).toEqual(network);
    expect(networkTitle(structuredClone(network))).toBe(title);
    return networkCost({ ...network, classes: 10 }).flopPerImage;
  });
  expect(costs).toEqual(costs.toSorted((a, b) => a - b));
  expect(new Set(costs).size).toBe(costs.length);
  expect(NETWORKS.at(-2)?.network).toEqual(PRESETS.official.network);
  // 46.2 million parameters, as the published WRN-34-10 for ten classes.
  const wide = networkCost({ ...NETWORKS.at(-1)!.network, classes: 10 });
  expect(wide.parameters).toBe(46_160_474);
  expect(networkTitle({ ...PRESETS.demo.network, width: 31 })).toBeNull();
});

test('given the official preset, when WRN-34-10 is chosen, then ARAT has λ 100 and the control none, and ResNet-18 brings λ 30 back', () => {
  const weights = (config: ReturnType<typeof withNetwork>) =>
    config.contestants.flatMap((c) => (c.method.startsWith('arat') ? [c.switches.invarianceWeight] : []));
  const { official } = PRESETS;
  const wide = withNetwork(official, NETWORKS.at(-1)!.network);
  expect(weights(official)).toEqual([30, 0]);
  expect(weights(wide)).toEqual([100, 0]);
  expect(wide.contestants.map((c) => c.label)).toEqual(official.contestants.map((c) => c.label));
  expect(withNetwork(wide, official.network)).toEqual({ ...official, preset: 'custom' });
  const swa = { ...official, contestants: LINE_UPS.averaged.contestants(official.contestants[2].switches) };
  expect(weights(withNetwork(swa, wide.network))).toEqual([100, 100]);
});

test('given MART with its own recipe, when WRN-34-10 is chosen, then its β is that of the code for it, in its label, too', () => {
  const { official } = PRESETS;
  const base = official.contestants[0].switches;
  const contestants = [
    contestant('mart', {}, base),
    contestant('mart', { beta: 3 }, base),
    contestant('mart', { recipe: 'race' }, base),
    contestant('lbgat', {}, base),
  ];
  const config = { ...official, contestants };
  const wide = withNetwork(config, NETWORKS.at(-1)!.network);
  const of = (c: typeof config) => c.contestants.map(({ label, switches }) => [label, switches.beta]);
  expect(of(config)).toEqual([
    ['MART, β 5', 5],
    ['MART, β 3', 3],
    ['MART, the race’s recipe', 6],
    ['LBGAT, β 0', 0],
  ]);
  expect(of(wide)).toEqual([['MART', 6], ...of(config).slice(1)]);
  expect(withNetwork(wide, official.network)).toEqual({ ...config, preset: 'custom' });
});

test('given weights that are not the official one, or that a label names, when another network is chosen, then they stay', () => {
  const wide = NETWORKS.at(-1)!.network;
  for (const contestants of [PRESETS.demo.contestants, LINE_UPS.lambda.contestants()])
    expect(withNetwork({ ...PRESETS.demo, contestants }, wide).contestants).toEqual(contestants);
});
