/** What the page's store shows when its worker dies, with a fake worker and real stored states. */
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import type { RaceEvent } from '../../core/race/events.ts';
import { checkpointsOf } from '../../worker/checkpoints.ts';

interface Call {
  readonly runId: string;
  readonly resume: boolean;
  readonly emit: (event: RaceEvent) => void;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

const worker = vi.hoisted(() => {
  Object.assign(globalThis, {
    __APP_VERSION__: 'test',
    __COMMIT__: '',
    document: { baseURI: 'http://localhost/' },
  });
  return {
    crash: (_message: string): void => {},
    races: [] as Call[],
    loads: [] as { source: string; files: unknown; end: () => void }[],
    holdLoads: false,
    calls: [] as string[],
    notes: [] as string[],
    saved: [] as { status: string; points: number }[],
  };
});

vi.mock('../../worker/client.ts', () => ({
  createEngineClient: ({ onCrash }: { onCrash: (message: string) => void }) => {
    worker.crash = (message) => {
      for (const race of worker.races) race.fail(new Error(message));
      onCrash(message);
    };
    const call = (name: string) => async () => void worker.calls.push(name);
    return {
      silentMs: () => 0,
      restart: () => {},
      api: {
        initialise: async () => ({ backend: 'cpu', device: 'a test', gflops: 1, warnings: [] }),
        loadData: (source: string, files: unknown) =>
          new Promise((resolve) => {
            const end = () => resolve({ provenance: 'made up', classNames: ['a', 'b'] });
            worker.loads.push({ source, files, end });
            if (!worker.holdLoads) end();
          }),
        race: (runId: string, _: unknown, emit: Call['emit'], resume: boolean) =>
          new Promise<void>((end, fail) => worker.races.push({ runId, resume, emit, end, fail })),
        adopt: call('adopt'),
        pause: call('pause'),
        stop: call('stop'),
      },
    };
  },
}));
vi.mock('../shared/notify.ts', () => ({
  notify: (_: string, message: string) => worker.notes.push(message),
}));
vi.mock('../storage/runs.ts', () => ({
  runStore: {
    save: async (r: { status: string; runs: { curves: unknown[] }[] }) =>
      void worker.saved.push({ status: r.status, points: r.runs[0].curves.length }),
  },
}));

const { usePage, workbench } = await import('./store.ts');
const page = () => usePage.getState();
const checkpoints = checkpointsOf(document.baseURI);
const DIED = 'The training worker stopped working (out of memory).';

const race = () => worker.races.at(-1)!;
const point = { epoch: 0, step: 0, clean: 0.5, robust: 0.25 };

async function training(): Promise<Call> {
  workbench.setConfig(PRESETS.quick);
  void workbench.train();
  const before = worker.races.length;
  await vi.waitFor(() => expect(worker.races.length).toBe(before + 1));
  race().emit({ type: 'state', runId: race().runId, state: 'running' });
  race().emit({ type: 'epoch', runId: race().runId, label: 'AT', point });
  return race();
}

const keep = (runId: string) =>
  checkpoints.keep({
    runId,
    config: PRESETS.quick,
    epoch: 1,
    stepsDone: 5,
    stepsTotal: 10,
    savedAt: new Date().toISOString(),
  } as never);

beforeEach(() => {
  workbench.reset();
  Object.assign(worker, { races: [], loads: [], holdLoads: false, calls: [], notes: [], saved: [] });
});

describe('a worker that dies under a race', () => {
  it('given a kept state, when the worker dies, then the race is resumed from it, and no error is shown once it is complete', async () => {
    const { runId } = await training();
    await keep(runId);
    worker.crash(DIED);
    await vi.waitFor(() => expect(worker.races).toHaveLength(2));
    expect(race()).toMatchObject({ runId, resume: true });
    expect(worker.notes).toEqual([`${DIED} The race goes on from its last kept state.`]);
    race().emit({ type: 'state', runId, state: 'complete' });
    race().end();
    await vi.waitFor(() => expect(page().race).toBe('complete'));
    expect(page().raceError).toBeNull();
    expect(worker.notes.join()).not.toMatch(/Press Train/);
  });

  it('given no kept state, when the worker dies, then the page says that the race starts again from the beginning, and it does', async () => {
    const { runId } = await training();
    worker.crash(DIED);
    await vi.waitFor(() => expect(worker.races).toHaveLength(2));
    expect(race()).toMatchObject({ runId, resume: false });
    expect(worker.notes).toEqual([expect.stringMatching(/starts again from the beginning/)]);
  });

  it('given two crashes, when the worker dies again, then page, view and saved run say that the race failed, and it can be resumed', async () => {
    const { runId } = await training();
    await keep(runId);
    for (const crashes of [1, 2]) {
      worker.crash(DIED);
      await vi.waitFor(() => expect(worker.races).toHaveLength(crashes + 1));
      race().emit({ type: 'state', runId, state: 'running' });
      race().emit({ type: 'epoch', runId, label: 'AT', point });
    }
    worker.crash(DIED);
    await vi.waitFor(() => expect(page().interrupted?.runId).toBe(runId));
    expect(page()).toMatchObject({
      race: 'failed',
      raceError: expect.stringMatching(/crash 3 of this race/),
    });
    expect(page().view?.status).toBe('failed');
    expect(worker.saved).toEqual([{ status: 'failed', points: 1 }]);
    expect(worker.races).toHaveLength(3);
  });

  it('given a paused race, when the worker dies, then the race is paused again once it runs', async () => {
    const { runId } = await training();
    await keep(runId);
    race().emit({ type: 'state', runId, state: 'paused' });
    worker.crash(DIED);
    await vi.waitFor(() => expect(worker.races).toHaveLength(2));
    race().emit({ type: 'state', runId, state: 'running' });
    expect(worker.calls).toEqual(['pause']);
  });

  it('given a complete race, when the worker dies, then the race stays complete, and the new worker is told to restore its models', async () => {
    const { runId } = await training();
    race().emit({ type: 'state', runId, state: 'complete' });
    race().end();
    worker.crash(DIED);
    await vi.waitFor(() => expect(worker.calls).toEqual(['adopt']));
    expect(page()).toMatchObject({ race: 'complete', ownRace: true, shown: 'live' });
  });
});

describe('data of an archive', () => {
  const config = { ...PRESETS.quick, dataset: { ...PRESETS.quick.dataset, source: 'archive' as const } };
  const files = [{ name: 'cifar.tar.gz' }] as unknown as File[];

  it('given a race on a chosen file, when the worker dies, then the new worker is given the file again', async () => {
    await workbench.loadData('archive', files);
    workbench.setConfig({ ...config, dataset: { ...config.dataset, classes: [0, 1] } });
    void workbench.train();
    await vi.waitFor(() => expect(worker.races).toHaveLength(1));
    expect(worker.loads).toHaveLength(1);
    race().emit({ type: 'state', runId: race().runId, state: 'running' });
    worker.crash(DIED);
    await vi.waitFor(() => expect(worker.races).toHaveLength(2));
    expect(worker.loads.map((l) => l.files)).toEqual([files, files]);
  });

  it('given a file that is still being read, when Train is pressed, then the race waits for it', async () => {
    worker.holdLoads = true;
    const reading = workbench.loadData('archive', files);
    workbench.setConfig(config);
    void workbench.train();
    await vi.waitFor(() => expect(page().device).not.toBeNull());
    expect(worker.loads).toHaveLength(1);
    worker.loads[0].end();
    await reading;
    await vi.waitFor(() => expect(worker.races).toHaveLength(1));
    expect(worker.loads).toHaveLength(1);
  });
});
