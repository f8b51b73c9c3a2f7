import { describe, expect, it } from 'vitest';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { failedModels } from './models.ts';

const WHY = 'TRADES diverged: its loss is not a finite number at step 7.';
const failing = (runs: ReturnType<typeof sampleRace>['runs'], label: string, seed?: number) =>
  runs.map((r) => (r.label === label && r.seed === seed ? { ...r, final: null, failure: WHY } : r));

describe('contestants without a model', () => {
  it('given a race in which one contestant diverged, then only that one is named, with the reason', () => {
    const { runs } = sampleRace({ epochs: 1 });
    expect([...failedModels(runs)]).toEqual([]);
    expect([...failedModels(failing(runs, 'TRADES'))]).toEqual([['TRADES', WHY]]);
  });

  it('given two seeds, then only failures of the second count, because the worker has its models', () => {
    const { runs, config } = sampleRace({ epochs: 1, repeats: 2 });
    expect([...failedModels(failing(runs, 'TRADES', config.seed))]).toEqual([]);
    expect([...failedModels(failing(runs, 'TRADES', config.seed + 1))]).toEqual([['TRADES', WHY]]);
  });

  it('given no runs, then no contestant is named', () => expect(failedModels([]).size).toBe(0));
});
