import { expect, it } from 'vitest';
import { contestant } from '../experiments/contestant.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { Progress } from './progress.ts';

const work = { type: 'progress', phase: 'train', epoch: 1, step: 1, loss: 1 } as const;

it('given steps in quick succession, when the race is paused, then the last of them is told; while it is paused, every step is', () => {
  const config = tinyConfig([contestant('at')]);
  const told: number[] = [];
  const progress = new Progress({ ...config, optimiser: { ...config.optimiser, epochs: 50 } }, [0], (p) =>
    told.push(p.stepsDone),
  );
  for (let step = 0; step < 5; step++) progress.worked(0, { label: 'AT' }, work);
  expect(told).toEqual([1]);
  progress.pause(true);
  expect(told).toEqual([1, 5]);
  progress.worked(0, { label: 'AT' }, work);
  progress.worked(0, { label: 'AT' }, work);
  expect(told).toEqual([1, 5, 6, 7]);
  progress.pause(false);
  expect(told).toEqual([1, 5, 6, 7]);
});
