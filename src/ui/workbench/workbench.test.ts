import { beforeEach, describe, expect, it } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { withStyles } from '../charts/identity.ts';
import { DEVICE, fakeBench, POINT, settled } from './testing/fake-bench.ts';

const other = withStyles(sampleRace({ epochs: 1 }));
const FILES = [{ name: 'cifar.tar.gz' }] as unknown as File[];
const ARCHIVE = { ...PRESETS.quick, dataset: { ...PRESETS.quick.dataset, source: 'archive' as const } };
let bench: ReturnType<typeof fakeBench>;
beforeEach(() => {
  bench = fakeBench();
});

describe('Train', () => {
  it('given a new worker, when Train is pressed, then device, data and race start in this order, and the first figures are on the page after a second', async () => {
    const runId = await bench.train();
    expect(bench.engine.methods()).toEqual(['initialise', 'loadData', 'race']);
    expect(bench.engine.last('race').args.slice(0, 2)).toEqual([runId, PRESETS.quick]);
    expect(bench.locks.own).toBe(runId);
    const points = () => bench.state().view?.runs[0].curves.length;
    expect([bench.state().shown, points()]).toEqual(['live', 0]);
    bench.clock.advance(1000);
    expect(points()).toBe(1);
  });

  it.each([
    [
      'a batch larger than the data',
      { optimiser: { ...PRESETS.quick.optimiser, batchSize: 512 } },
      /batch size/,
    ],
    ['no contestants', { contestants: [] }, /contestants/],
  ])(
    'given settings with %s, when Train is pressed, then one error says so and the worker is not called',
    async (_, change, about) => {
      const { dataset } = PRESETS.quick;
      bench.workbench.setConfig({ ...PRESETS.quick, dataset: { ...dataset, trainSize: 256 }, ...change });
      await bench.workbench.train();
      expect(bench.notes).toEqual([expect.stringMatching(about)]);
      expect([bench.engine.methods(), bench.state().race]).toEqual([[], null]);
    },
  );

  it('given a race under way, when Train is pressed again, then nothing happens', async () => {
    const runId = await bench.train();
    await bench.workbench.train();
    expect([bench.engine.count('race'), bench.state().runId]).toEqual([1, runId]);
  });

  it('given data that cannot be loaded, when Train is pressed, then no race begins and the page shows the reason', async () => {
    bench.engine.held.add('loadData');
    const pressed = bench.workbench.train();
    await settled();
    bench.engine.last('loadData').fail(new Error('No server answered.'));
    await pressed;
    expect(bench.state()).toMatchObject({ race: null, dataError: 'No server answered.', dataProgress: null });
    expect([bench.engine.count('race'), bench.locks.own]).toEqual([0, null]);
  });

  it('given data that is being loaded, when Train is pressed, then the race waits for that load', async () => {
    bench.engine.held.add('loadData');
    const loading = bench.workbench.loadData('archive', FILES);
    bench.workbench.setConfig(ARCHIVE);
    void bench.workbench.train();
    await settled();
    expect([bench.engine.count('loadData'), bench.engine.count('race')]).toEqual([1, 0]);
    bench.engine
      .last('loadData')
      .answer({ provenance: 'a file', classNames: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] });
    expect(await loading).toBe(true);
    await settled();
    expect([bench.engine.count('loadData'), bench.engine.count('race')]).toEqual([1, 1]);
  });

  it('given a backend that is being started, when Train is pressed, then the race waits for it and does not start it again', async () => {
    bench.engine.held.add('initialise');
    void bench.workbench.setBackend('cpu');
    void bench.workbench.train();
    await settled();
    bench.engine.last('initialise').answer(DEVICE);
    await settled();
    expect([bench.engine.count('initialise'), bench.engine.count('race')]).toEqual([1, 1]);
    expect(bench.state().deviceBusy).toBe(false);
  });

  it('given no working backend, when Train is pressed, then one error names what works without a backend, and no race begins', async () => {
    bench.engine.held.add('initialise');
    const pressed = bench.workbench.train();
    await settled();
    bench.engine.last('initialise').fail(new Error('No backend works here.'));
    await pressed;
    expect(bench.notes).toEqual([
      expect.stringMatching(/^error: No backend works here\. Recorded runs, .*work without one\.$/),
    ]);
    expect(bench.state()).toMatchObject({ race: null, device: null, deviceBusy: false });
  });

  it('given an unfinished race that is offered, when another is trained to its end, then its kept state is deleted, unless another tab holds it', async () => {
    bench.keep('old');
    await bench.workbench.findInterrupted();
    expect(bench.state().interrupted?.runId).toBe('old');
    await bench.train();
    await settled();
    expect([bench.state().interrupted, bench.kept.has('old')]).toEqual([null, true]);
    await bench.complete();
    expect([bench.state().interrupted, bench.kept.has('old')]).toEqual([null, false]);

    bench.keep('theirs');
    await bench.workbench.findInterrupted();
    bench.locks.others.add('theirs');
    await bench.train();
    await bench.complete();
    expect(bench.kept.has('theirs')).toBe(true);
  });
});

describe('a race that cannot start after another was trained', () => {
  const expectBack = (runId: string) => {
    const race = { race: 'complete', raceConfig: PRESETS.quick, runId, ownRace: true, shown: 'live' };
    expect(bench.state()).toMatchObject(race);
    expect(bench.locks.own).toBe(runId);
    expect(bench.engine.last('adopt').args).toEqual([runId, PRESETS.quick]);
  };

  it('given an unfinished race that another tab holds, when it is resumed, then the page says so and the trained race stays', async () => {
    const runId = await bench.trained();
    bench.keep('theirs');
    await bench.workbench.findInterrupted();
    bench.locks.others.add('theirs');
    await bench.workbench.resumeInterrupted();
    expect(bench.state().raceError).toMatch(/open in another tab/);
    expect(bench.engine.count('race')).toBe(1);
    expectBack(runId);
    expect(bench.state().interrupted).toBeNull();
  });

  it('given data that cannot be loaded, when Train is pressed, then the trained race stays', async () => {
    const runId = await bench.trained();
    bench.workbench.setConfig(ARCHIVE);
    bench.engine.held.add('loadData');
    const pressed = bench.workbench.train();
    await settled();
    bench.engine.last('loadData').fail(new Error('Choose a file.'));
    await pressed;
    expect(bench.state().dataError).toBe('Choose a file.');
    expectBack(runId);
  });

  it('given a race that is being prepared, when Stop is pressed, then the trained race is shown again at once, and data that arrive later start nothing', async () => {
    const runId = await bench.trained();
    bench.workbench.setConfig(ARCHIVE);
    bench.engine.held.add('loadData');
    void bench.workbench.train();
    await settled();
    expect(bench.state().race).toBe('preparing');
    bench.workbench.stop();
    await settled();
    expectBack(runId);
    bench.engine.last('loadData').answer({ provenance: 'a file', classNames: [] });
    await settled();
    expect([bench.engine.count('race'), bench.state().race]).toEqual([1, 'complete']);
  });
});

describe('Stop and Pause', () => {
  it('given the first race, when Stop is pressed while it is being prepared, then it is stopped at once and never begins', async () => {
    bench.engine.held.add('loadData');
    void bench.workbench.train();
    await settled();
    bench.workbench.stop();
    expect(bench.state().race).toBe('stopped');
    bench.engine.last('loadData').answer({ provenance: 'made up', classNames: [] });
    await settled();
    expect([bench.engine.count('race'), bench.state().race]).toEqual([0, 'stopped']);
  });

  it('given a race that the worker is preparing, when Stop is pressed, then the worker is told to stop at once, and again when it trains', async () => {
    void bench.workbench.train();
    await settled();
    bench.workbench.stop();
    bench.emit({ type: 'state', state: 'running' });
    expect(bench.engine.count('stop')).toBe(2);
  });

  it('given a stopped race, when it is resumed, then it is not stopped again; when Stop is pressed while it is being prepared, then it is stopped', async () => {
    const runId = await bench.train();
    bench.keep(runId);
    bench.workbench.stop();
    bench.emit({ type: 'state', state: 'stopped' });
    bench.engine.last('race').answer();
    await settled();
    expect(bench.state().interrupted?.runId).toBe(runId);
    void bench.workbench.resumeInterrupted();
    await settled();
    bench.emit({ type: 'state', state: 'running' });
    expect(bench.engine.last('race').args[3]).toBe(true);
    expect(bench.engine.count('stop')).toBe(1);
    bench.emit({ type: 'state', state: 'stopped' });
    bench.engine.last('race').answer();
    await settled();

    bench.die();
    bench.engine.held.add('initialise');
    void bench.workbench.resumeInterrupted();
    await settled();
    bench.workbench.stop();
    bench.engine.last('initialise').answer(DEVICE);
    await settled();
    expect([bench.engine.count('race'), bench.state().race]).toEqual([2, 'stopped']);
    expect(bench.state().interrupted?.runId).toBe(runId);
  });

  it.each(['pause', 'resume', 'stepOnce', 'stop'] as const)(
    'given a worker that is told to %s, when it dies before it answers, then there is no unhandled rejection',
    async (order) => {
      await bench.train();
      const unheard: unknown[] = [];
      const hear = (reason: unknown) => unheard.push(reason);
      process.on('unhandledRejection', hear);
      bench.engine.held.add(order as never);
      bench.workbench[order]();
      bench.die();
      await settled();
      await settled();
      process.off('unhandledRejection', hear);
      expect([bench.engine.count(order), unheard]).toEqual([1, []]);
    },
  );
});

describe('the device', () => {
  it('given a race whose device is lost twice, when the worker moves it to the next backend, then the page shows that backend and says once that it may be slower', async () => {
    await bench.train();
    const slow = { backend: 'cpu', device: 'plain', warnings: ['The wasm backend was passed over: lost.'] };
    bench.emit({ type: 'note', message: 'The device was lost. The race goes on from its last kept state.' });
    bench.emit({ type: 'backend', ...DEVICE });
    bench.emit({ type: 'note', message: 'The device was lost. The race goes on from its last kept state.' });
    bench.emit({ type: 'backend', ...slow });
    expect(bench.state().device).toMatchObject(slow);
    expect(bench.notes.map((n) => n.split(':')[0])).toEqual(['warning', 'warning', 'warning']);
    expect(bench.notes.at(-1)).toMatch(/may be slower/);
    expect(bench.state().race).toBe('running');
  });

  it('given a stress test, when another backend is chosen, then the models and the race are dropped, and the figures stay', async () => {
    await bench.trained();
    bench.workbench.setJudging(true);
    await bench.workbench.setBackend('cpu');
    expect(bench.state()).toMatchObject({
      ownRace: false,
      race: null,
      raceConfig: null,
      shown: 'saved',
      backendChoice: 'cpu',
    });
    expect(bench.state().view?.runs[0].curves).toEqual([POINT]);
    bench.workbench.backToRace();
    expect(bench.state().shown).toBe('saved');
  });

  it('given trained models, when another backend is chosen and does not start, then the models are dropped, and the next race starts that backend', async () => {
    await bench.trained();
    bench.engine.held.add('initialise');
    const chosen = bench.workbench.setBackend('webgpu');
    bench.engine.last('initialise').fail(new Error('No backend works here.'));
    await chosen;
    expect(bench.state()).toMatchObject({ device: null, ownRace: false, deviceBusy: false });
    bench.engine.held.clear();
    await bench.train();
    expect(bench.engine.last('initialise').args[0]).toBe('webgpu');
  });

  it('given two backends chosen in a row, when the first answers last, then the second is the one in use', async () => {
    bench.engine.held.add('initialise');
    const first = bench.workbench.setBackend('webgl');
    const slow = bench.engine.last('initialise');
    const second = bench.workbench.setBackend('cpu');
    bench.engine.last('initialise').answer({ ...DEVICE, backend: 'cpu' });
    await second;
    slow.answer({ ...DEVICE, backend: 'webgl' });
    await first;
    expect(bench.state()).toMatchObject({
      device: { backend: 'cpu' },
      backendChoice: 'cpu',
      deviceBusy: false,
    });
  });

  it('given a race under way, when another backend is chosen, then nothing is started', async () => {
    await bench.train();
    await bench.workbench.setBackend('cpu');
    expect([bench.engine.count('initialise'), bench.state().race]).toEqual([1, 'running']);
  });

  it('given models whose worker has died, when the machine is measured, then the new worker is told to restore them', async () => {
    const runId = await bench.trained();
    bench.die();
    await bench.workbench.startDevice();
    expect(bench.engine.methods().slice(-2)).toEqual(['initialise', 'adopt']);
    expect(bench.engine.last('adopt').args[0]).toBe(runId);
    expect(bench.state()).toMatchObject({ ownRace: true, race: 'complete' });
  });
});

describe('Reset', () => {
  it('given a trained race, when the page is reset, then race, models, data and lock are dropped, and the settings stay', async () => {
    await bench.trained();
    const { config } = bench.state();
    bench.workbench.reset();
    expect(bench.state()).toMatchObject({
      race: null,
      device: null,
      data: {},
      view: null,
      ownRace: false,
      config,
    });
    expect([bench.locks.own, bench.restarts()]).toEqual([null, 1]);
    bench.workbench.backToRace();
    expect(bench.state().shown).toBe('nothing');
  });

  it.each(['initialise', 'loadData'] as const)(
    'given a call to %s under way, when the page is reset, then its rejection shows no message and changes nothing',
    async (method) => {
      bench.engine.held.add(method);
      if (method === 'initialise') void bench.workbench.setBackend('cpu');
      else void bench.workbench.loadData('synthetic');
      await settled();
      bench.workbench.reset();
      await settled();
      expect(bench.notes).toEqual([]);
      expect(bench.state()).toMatchObject({ deviceBusy: false, dataProgress: null, dataError: null });
    },
  );
});

describe('another run shown in place of the own race', () => {
  it('given a race under way, when another run is opened, then events do not replace it, and backToRace shows the race with all its figures', async () => {
    await bench.train();
    bench.workbench.open('recorded', other, 'another');
    bench.emit({ type: 'epoch', label: 'AT', point: { ...POINT, epoch: 1 } });
    bench.clock.advance(1000);
    expect([bench.state().view, bench.state().shownName]).toEqual([other, 'another']);
    bench.workbench.backToRace();
    expect(bench.state()).toMatchObject({ shown: 'live', shownName: '' });
    expect(bench.state().view?.runs.find((r) => r.label === 'AT')?.curves.length).toBeGreaterThan(0);
  });

  it('given a race while another run is shown, when its result comes, then the result is saved once and the other run stays shown', async () => {
    const runId = await bench.train();
    bench.workbench.open('saved', other, 'another');
    bench.emit({ type: 'result', runId, result: { ...other, status: 'complete' } });
    bench.emit({ type: 'state', state: 'complete' });
    expect(bench.saved.map((r) => r.status)).toEqual(['complete']);
    expect(bench.state().shown).toBe('saved');
  });
});
