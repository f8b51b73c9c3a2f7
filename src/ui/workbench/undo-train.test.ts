import { beforeEach, describe, expect, it } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { withStyles } from '../charts/identity.ts';
import { fakeBench, POINT, settled } from './testing/fake-bench.ts';

const other = withStyles(sampleRace({ epochs: 1 }));
let bench: ReturnType<typeof fakeBench>;
beforeEach(() => {
  bench = fakeBench();
});

describe('Undo after Train', () => {
  /** The race under way has ended in the worker, stopped. */
  const workerEnds = async () => {
    bench.engine.last('race').answer();
    await settled();
  };

  it('given a trained race and another under way, when Train is undone, then the first is back with its models and figures, and nothing of the other is kept', async () => {
    const first = await bench.trained();
    bench.workbench.keepReport(first, { n: 1 } as never);
    const { view } = bench.state();
    const second = await bench.train();
    bench.keep(second);
    expect(bench.state().view).not.toEqual(view);
    void bench.workbench.undoTrain();
    expect(bench.state()).toMatchObject({
      race: 'complete',
      runId: first,
      ownRace: true,
      shown: 'live',
      view,
    });
    expect(bench.engine.methods().at(-1)).toBe('stop');
    bench.emit({ type: 'epoch', label: 'AT', point: { ...POINT, epoch: 1 } });
    bench.clock.advance(1000);
    expect(bench.state().view).toBe(view);
    await workerEnds();
    expect(bench.engine.last('adopt').args).toEqual([first, PRESETS.quick]);
    expect([bench.locks.own, bench.kept.has(second)]).toEqual([first, false]);
  });

  it('given two trained races, when the second is undone after its end, then the first is back, whose kept state was spared', async () => {
    const first = await bench.trained();
    await bench.trained();
    expect(bench.pruned.at(-1)).toContain(first);
    await bench.workbench.undoTrain();
    expect(bench.state()).toMatchObject({ race: 'complete', runId: first, ownRace: true });
    expect(bench.engine.last('adopt').args[0]).toBe(first);
    await bench.workbench.undoTrain();
    expect(bench.state().runId).toBe(first);
  });

  it('given a recorded run and no race, when Train is undone, then the recorded run is shown and there is no race', async () => {
    bench.workbench.open('recorded', other, 'another');
    await bench.train();
    void bench.workbench.undoTrain();
    await workerEnds();
    const before = { race: null, raceConfig: null, ownRace: false, shown: 'recorded', shownName: 'another' };
    expect(bench.state()).toMatchObject({ ...before, view: other });
    expect([bench.locks.own, bench.saved]).toEqual([null, []]);
  });

  it('given an unfinished race, when its Resume is undone, then it stays unfinished and is offered again', async () => {
    bench.keep('old');
    await bench.workbench.findInterrupted();
    void bench.workbench.resumeInterrupted();
    await settled();
    void bench.workbench.undoTrain();
    await workerEnds();
    expect(bench.state()).toMatchObject({ race: null, interrupted: { runId: 'old' } });
    expect(bench.kept.has('old')).toBe(true);
  });

  it('given a worker that still ends the race undone, when Train is pressed, then the next race begins after it and keeps lock and models', async () => {
    await bench.trained();
    await bench.train();
    void bench.workbench.undoTrain();
    void bench.workbench.train();
    await settled();
    expect([bench.state().race, bench.engine.count('race')]).toEqual(['preparing', 2]);
    await workerEnds();
    expect(bench.engine.count('race')).toBe(3);
    expect(bench.locks.own).toBe(bench.engine.last('race').args[0]);
  });

  it('given a race that is still being prepared, when Train is undone, then data that arrive later start nothing', async () => {
    bench.engine.held.add('loadData');
    void bench.workbench.train();
    await settled();
    await bench.workbench.undoTrain();
    bench.engine.last('loadData').answer({ provenance: 'made up', classNames: [] });
    await settled();
    expect([bench.engine.count('race'), bench.state().race]).toEqual([0, null]);
  });
});
