import { expect, test } from 'vitest';
import { networkCost } from '../nn/architecture.ts';
import { parseConfig } from '../settings/config.ts';
import { NETWORKS, networkTitle } from './networks.ts';
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
