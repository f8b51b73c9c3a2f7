import { describe, expect, it } from 'vitest';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { failedModels } from './models.ts';

const WHY = 'TRADES diverged: its loss is not a finite number at step 7.';
const failing = (runs: ReturnType<typeof sampleRace>['runs'], label: string, seed?: number) =>
  runs.map((r) => (r.label === label && r.seed === seed ? { ...r, final: null, failure: WHY } : r));

describe('contestants without a model', () => {
  it('given a race in which one diverged, then it is named with its reason, and the others are not', () => {
    const { runs } = sampleRace({ epochs: 1 });
    expect([...failedModels(runs)]).toEqual([]);
    expect([...failedModels(failing(runs, 'TRADES'))]).toEqual([['TRADES', WHY]]);
  });

  it('given two seeds, then only a failure under the second counts, whose models are in the worker', () => {
    const { runs, config } = sampleRace({ epochs: 1, repeats: 2 });
    expect([...failedModels(failing(runs, 'TRADES', config.seed))]).toEqual([]);
    expect([...failedModels(failing(runs, 'TRADES', config.seed + 1))]).toEqual([['TRADES', WHY]]);
  });

  it('given no runs, then none is named', () => expect(failedModels([]).size).toBe(0));
});
