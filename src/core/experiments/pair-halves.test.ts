import { expect, it } from 'vitest';
import { pairHalves } from './pair-halves.ts';
import { PRESETS } from './presets.ts';

const { optimiser } = PRESETS.quick;
const halves = (all: number, pairImages: 'batch' | 'all', batchSize = 64) =>
  pairHalves(all, { pairImages, optimiser: { ...optimiser, batchSize } });

it('given one batch, then each half is a batch; given all images, then as many whole batches as fit in each half', () => {
  expect(halves(1000, 'batch')).toEqual({ size: 64, batches: 1 });
  // 1,000 images are 15 whole batches of 64.
  expect(halves(1000, 'all')).toEqual({ size: 64, batches: 7 });
  expect(halves(1024, 'all')).toEqual({ size: 64, batches: 8 });
});

it('given fewer images than two batches, then each half has half of them; given one image or none, then none', () => {
  for (const pairImages of ['batch', 'all'] as const) {
    expect(halves(101, pairImages)).toEqual({ size: 50, batches: 1 });
    expect(halves(1, pairImages).size).toBe(0);
    expect(halves(0, pairImages).size).toBe(0);
  }
});
