import { expect, test } from 'vitest';
import { PRESETS } from '../experiments/presets.ts';
import { bestEpoch, bestPoint } from './best-epoch.ts';
import type { EpochPoint } from './results.ts';

const curve = (...robust: number[]): EpochPoint[] =>
  robust.map((r, epoch) => ({ epoch, step: epoch, clean: 0.5, robust: r }));

test('given robust accuracy that falls after epoch 2, when the best is looked for, then it is epoch 2 beside the last', () => {
  const found = bestEpoch({ curves: curve(0.25, 0.4, 0.6, 0.55) }, PRESETS.quick)!;
  expect([found.best.epoch, found.last.epoch, found.n]).toEqual([2, 3, 128]);
});

test('given equal estimates, then the best is the first of them; given a better untrained network, then it does not count', () => {
  expect(bestPoint(curve(0.9, 0.4, 0.6, 0.6))?.epoch).toBe(2);
  expect(bestPoint(curve(0.9))).toBeUndefined();
});

test('given fewer than two trained epochs, then there is nothing to compare', () => {
  expect(bestEpoch({ curves: curve(0.9, 0.4) }, PRESETS.quick)).toBeNull();
  expect(bestEpoch({ curves: [] }, PRESETS.quick)).toBeNull();
});

test('given fewer test images than an estimate asks for, then the best epoch counts all of them', () => {
  const few = { ...PRESETS.quick, dataset: { ...PRESETS.quick.dataset, testSize: 40 } };
  expect(bestEpoch({ curves: curve(0, 0.1, 0.2) }, few)?.n).toBe(40);
});
