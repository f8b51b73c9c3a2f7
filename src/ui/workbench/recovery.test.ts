/** What the workbench does when its worker dies. */
import { beforeEach, describe, expect, it } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import { DEVICE, DIED, fakeBench, POINT, settled } from './testing/fake-bench.ts';

const FILES = [{ name: 'cifar.tar.gz' }] as unknown as File[];
let bench: ReturnType<typeof fakeBench>;
beforeEach(() => {
  bench = fakeBench();
});

const races = () =>
  bench.engine.calls.filter((c) => c.method === 'race').map(({ args, worker }) => [args[0], args[3], worker]);

describe('a worker that dies under a race', () => {
  it.each(['initialise', 'loadData'] as const)(
    'given a race that waits for %s, then it is started again with its own settings, whatever is edited or shown meanwhile',
    async (method) => {
      await bench.trained();
      bench.workbench.setConfig({ ...PRESETS.demo, seed: 7 });
      if (method === 'initialise') bench.die();
      else
        bench.workbench.setConfig({
          ...PRESETS.demo,
          seed: 7,
          dataset: { ...PRESETS.demo.dataset, source: 'cifar10' },
        });
      const { config } = bench.state();
      bench.engine.held.add(method);
      void bench.workbench.train();
      await settled();
      const { runId } = bench.state();
      bench.workbench.setConfig(PRESETS.standard);
      bench.engine.held.clear();
      bench.die();
      await settled();
      await settled();
      expect(races().at(-1)).toEqual([runId, false, bench.engine.last('race').worker]);
      expect(bench.engine.last('race').args[1]).toEqual(config);
    },
  );

  it('given a race with a kept state, then it is resumed from it in the new worker, which gets a device and the data first', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    bench.die();
    await settled();
    await settled();
    expect(races()).toEqual([
      [runId, false, 0],
      [runId, true, 1],
    ]);
    expect(bench.engine.methods()).toEqual([
      'initialise',
      'loadData',
      'race',
      'initialise',
      'loadData',
      'race',
    ]);
    expect(bench.notes).toEqual([`warning: ${DIED} The race goes on from its last kept state.`]);
  });

  it('given a paused race whose worker dies twice before it runs again, then it is paused once it runs', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    bench.emit({ type: 'state', state: 'paused' });
    bench.die();
    await settled();
    bench.die();
    await settled();
    bench.emit({ type: 'state', state: 'running' });
    bench.emit({ type: 'state', state: 'running' });
    expect(bench.engine.count('pause')).toBe(1);
  });

  it('given Stop, when the worker dies before it obeys, then the race ends as stopped with its figures, and is offered', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    bench.workbench.stop();
    bench.die();
    await settled();
    expect(races()).toHaveLength(1);
    expect(bench.state()).toMatchObject({ race: 'stopped', interrupted: { runId } });
    expect(bench.saved.map((r) => [r.status, r.runs[0].curves])).toEqual([['stopped', [POINT]]]);
  });

  it('given a third crash, then the race ends as failed, keeps what it measured, and can be resumed', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    for (let crash = 1; crash <= 3; crash++) {
      bench.die();
      await settled();
      await settled();
    }
    expect(races()).toHaveLength(3);
    expect(bench.state()).toMatchObject({ race: 'failed', interrupted: { runId } });
    expect(bench.state().raceError).toMatch(/crash 3 of this race, which ends here\. Resume it/);
    expect(bench.saved).toEqual([]);
    bench.emit({ type: 'epoch', label: PRESETS.quick.contestants[0].label, point: POINT });
    expect(bench.state().view?.status).toBe('failed');
  });

  it('given a race that ended at its third crash, when the visitor resumes it, then it has all its retries again', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    const crash = async () => {
      bench.die();
      await settled();
      await settled();
    };
    for (let i = 0; i < 3; i++) await crash();
    expect(bench.state().race).toBe('failed');
    void bench.workbench.resumeInterrupted();
    await settled();
    await crash();
    expect(bench.state().race).not.toBe('failed');
    expect(races()).toHaveLength(5);
    expect(bench.notes.at(-1)).toContain('goes on from its last kept state');
  });

  it('given a third crash after new figures, then they are saved once, as failed', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    for (let crash = 1; crash <= 3; crash++) {
      bench.emit({ type: 'epoch', label: PRESETS.quick.contestants[0].label, point: POINT });
      bench.die();
      await settled();
      await settled();
    }
    expect(bench.saved.map((r) => [r.status, r.runs[0].curves])).toEqual([['failed', [POINT]]]);
  });

  it('given a trained race, when another crashes three times before it trains, then the trained one is back under the reason', async () => {
    const runId = await bench.trained();
    bench.workbench.setConfig({ ...PRESETS.quick, dataset: { ...PRESETS.quick.dataset, source: 'archive' } });
    bench.engine.held.add('loadData');
    void bench.workbench.train();
    await settled();
    for (let crash = 1; crash <= 3; crash++) {
      bench.die();
      await settled();
      await settled();
    }
    expect(bench.state()).toMatchObject({ race: 'complete', runId, ownRace: true });
    expect(bench.state().raceError).toMatch(/crash 3/);
    expect(bench.engine.last('adopt').args[0]).toBe(runId);
    expect(races()).toHaveLength(1);
  });

  it('given data that the new worker cannot have again, then the race ends as failed, with its figures, and is offered', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    bench.engine.held.add('loadData');
    bench.die();
    await settled();
    await settled();
    bench.engine.last('loadData').fail(new Error('The file has moved.'));
    await settled();
    expect(bench.state()).toMatchObject({ race: 'failed', dataError: 'The file has moved.', data: {} });
    expect(bench.state().interrupted?.runId).toBe(runId);
    expect(bench.saved.map((r) => r.status)).toEqual(['failed']);
  });

  it('given a second crash while the first is being dealt with, then one race is started', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    bench.die();
    bench.die();
    await settled();
    await settled();
    expect(races()).toEqual([
      [runId, false, 0],
      [runId, true, 2],
    ]);
  });

  it('given a reset while it looks for a kept state, then nothing is started', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    bench.die();
    bench.workbench.reset();
    await settled();
    await settled();
    expect([races().length, bench.state().race, bench.notes]).toEqual([1, null, []]);
  });

  it('given files that were being read for the first time, then the new worker is given them again', async () => {
    bench.engine.held.add('loadData');
    void bench.workbench.loadData('archive', FILES);
    const { dataset } = PRESETS.quick;
    bench.workbench.setConfig({ ...PRESETS.quick, dataset: { ...dataset, source: 'archive' } });
    void bench.workbench.train();
    await settled();
    bench.die();
    await settled();
    await settled();
    const loads = bench.engine.calls.filter((c) => c.method === 'loadData');
    expect(loads.map((c) => [c.args[1], c.worker])).toEqual([
      [FILES, 0],
      [FILES, 1],
    ]);
  });
});

describe('a worker that dies while no race is active', () => {
  it('given a stress test, then one warning says that the models come back, and the new worker is told which', async () => {
    const runId = await bench.trained();
    bench.workbench.setJudging(true);
    bench.die();
    await settled();
    expect(bench.notes).toEqual([
      expect.stringMatching(/^warning: .*out of memory.*brought back from their kept state/),
    ]);
    expect([bench.engine.last('adopt').args[0], bench.engine.last('adopt').worker]).toEqual([runId, 1]);
    expect(bench.state()).toMatchObject({ race: 'complete', ownRace: true, device: null });
    expect(races()).toHaveLength(1);
  });

  it('given a backend that was being started, then one error says what works without one', async () => {
    bench.engine.held.add('initialise');
    void bench.workbench.setBackend('cpu');
    bench.die();
    await settled();
    expect(bench.notes).toEqual([expect.stringMatching(/^error: .*out of memory.*work without one\.$/)]);
    expect(bench.state().deviceBusy).toBe(false);
  });

  it('given data that was being loaded, then the page says that it did not arrive, and the next try loads it', async () => {
    bench.engine.held.add('loadData');
    const loading = bench.workbench.loadData('cifar10');
    bench.die();
    expect(await loading).toBe(false);
    expect(bench.state()).toMatchObject({ dataError: DIED, dataProgress: null });
    bench.engine.held.clear();
    expect(await bench.workbench.loadData('cifar10')).toBe(true);
    expect(bench.state().dataError).toBeNull();
  });

  it('given a worker that is silent while a backend starts, when it is restarted, then the start is tried again', async () => {
    bench.engine.held.add('initialise');
    void bench.workbench.setBackend('cpu');
    bench.workbench.restartWorker();
    await settled();
    bench.engine.last('initialise').answer(DEVICE);
    await settled();
    expect(bench.engine.calls.map((c) => [c.method, c.worker])).toEqual([
      ['initialise', 0],
      ['initialise', 1],
    ]);
    expect([bench.notes, bench.state().deviceBusy]).toEqual([[], false]);
  });
});

describe('what a dead worker says late', () => {
  it.each(['initialise', 'loadData'] as const)(
    'given an answer to %s, then it changes nothing',
    async (method) => {
      bench.engine.held.add(method);
      void bench.workbench.train();
      await settled();
      const late = bench.engine.last(method);
      bench.die(true);
      await settled();
      await settled();
      const before = bench.state();
      late.answer({ ...DEVICE, device: 'the dead one', provenance: 'the dead one', classNames: [] });
      await settled();
      expect(bench.state()).toEqual(before);
      expect(races()).toEqual([]);
    },
  );

  it.each(['resolves', 'rejects'] as const)(
    'given a race that %s, then the race of the new worker goes on',
    async (how) => {
      const runId = await bench.train();
      bench.keep(runId);
      const late = bench.engine.last('race');
      bench.die(true);
      await settled();
      await settled();
      bench.emit({ type: 'state', state: 'running' });
      const before = bench.state();
      if (how === 'resolves') late.answer();
      else late.fail(new Error('too late'));
      await settled();
      expect(bench.state()).toEqual(before);
    },
  );

  it('given events of its race, then neither state, figures nor saved runs take them in', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    const late = bench.engine.last('race');
    bench.die(true);
    await settled();
    await settled();
    bench.clock.advance(1000);
    const before = bench.state();
    const { view } = before;
    bench.emit({ type: 'epoch', label: view!.runs[0].label, point: { ...POINT, epoch: 3 } }, late);
    bench.emit({ type: 'error', message: 'too late', recoverable: true }, late);
    bench.emit({ type: 'result', result: { ...view!, status: 'complete' } }, late);
    bench.emit({ type: 'state', state: 'complete' }, late);
    bench.clock.advance(1000);
    expect(bench.state()).toEqual(before);
    expect(bench.saved).toEqual([]);
  });
});
