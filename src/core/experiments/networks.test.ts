import { expect, test } from 'vitest';
import { networkCost } from '../nn/architecture.ts';
import { parseConfig } from '../settings/config.ts';
import { NETWORKS, networkTitle } from './networks.ts';
import { PRESETS } from './presets.ts';

test('given the ready networks, then each is valid, is found by networkTitle, costs more than the one before, and the last is the paper’s', () => {
  const costs = NETWORKS.map(({ title, network }) => {
    expect(parseConfig({ ...PRESETS.demo, network }).network).toEqual(network);
    expect(networkTitle(structuredClone(network))).toBe(title);
    return networkCost({ ...network, classes: 10 }).flopPerImage;
  });
  expect(costs).toEqual(costs.toSorted((a, b) => a - b));
  expect(new Set(costs).size).toBe(costs.length);
  expect(NETWORKS.at(-1)?.network).toEqual(PRESETS.official.network);
  expect(networkTitle({ ...PRESETS.demo.network, width: 31 })).toBeNull();
});
