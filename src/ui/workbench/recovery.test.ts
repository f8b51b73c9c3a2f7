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
    'given a race that waits for %s, when the settings are edited and the worker dies, then the race restarts with its own settings',
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

  it('given a race with a kept state, when the worker dies, then a new worker gets a device and the data, and resumes the race from that state', async () => {
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

  it('given a paused race, when its worker dies twice before it runs again, then it is paused once when it runs', async () => {
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

  it('given a race that was told to stop, when the worker dies before it stops, then the race ends as stopped with its figures, and can be resumed', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    bench.workbench.stop();
    bench.die();
    await settled();
    expect(races()).toHaveLength(1);
    expect(bench.state()).toMatchObject({ race: 'stopped', interrupted: { runId } });
    expect(bench.saved.map((r) => [r.status, r.runs[0].curves])).toEqual([['stopped', [POINT]]]);
  });

  it('given a restarted race that has reported no figures since, when its worker dies a third time, then it ends as failed, nothing is saved, and it can be resumed', async () => {
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

  it('given a race that failed at its third crash, when the visitor resumes it and the worker dies, then the race is restarted again', async () => {
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

  it('given a restarted race that has reported figures since, when its worker dies a third time, then the figures are saved once, as failed', async () => {
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

  it('given a trained race, when the worker of another race dies three times before that race trains, then the page shows the trained one again, with the reason', async () => {
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

  it('given a race whose worker died, when the new worker cannot load the data, then the race ends as failed with its figures, and can be resumed', async () => {
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

  it('given a crash that is being handled, when the worker dies again, then the race is restarted once', async () => {
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

  it('given a crash whose recovery looks for a kept state, when the page is reset, then no race is started', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    bench.die();
    bench.workbench.reset();
    await settled();
    await settled();
    expect([races().length, bench.state().race, bench.notes]).toEqual([1, null, []]);
  });

  it('given files that are being read for the first time, when the worker dies, then the new worker gets the same files', async () => {
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
  it('given a stress test, when the worker dies, then one warning says that the models will be restored, and the new worker is told which race they belong to', async () => {
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

  it('given a backend that is being started, when the worker dies, then one error says what works without a backend', async () => {
    bench.engine.held.add('initialise');
    void bench.workbench.setBackend('cpu');
    bench.die();
    await settled();
    expect(bench.notes).toEqual([expect.stringMatching(/^error: .*out of memory.*work without one\.$/)]);
    expect(bench.state().deviceBusy).toBe(false);
  });

  it('given data that is being loaded, when the worker dies, then the page shows the error, and the next attempt loads the data', async () => {
    bench.engine.held.add('loadData');
    const loading = bench.workbench.loadData('cifar10');
    bench.die();
    expect(await loading).toBe(false);
    expect(bench.state()).toMatchObject({ dataError: DIED, dataProgress: null });
    bench.engine.held.clear();
    expect(await bench.workbench.loadData('cifar10')).toBe(true);
    expect(bench.state().dataError).toBeNull();
  });

  it('given a worker that is silent while a backend starts, when it is restarted, then the new worker starts the backend', async () => {
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

describe('late messages of a dead worker', () => {
  it.each(['initialise', 'loadData'] as const)(
    'given a call to %s, when the dead worker answers it late, then nothing changes',
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
    'given a race restarted in a new worker, when the dead worker’s call %s late, then the race continues',
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

  it('given a race restarted in a new worker, when late events of the dead worker arrive, then state, figures and saved runs ignore them', async () => {
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
