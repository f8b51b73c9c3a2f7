import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import type { RaceEvent } from '../../core/race/events.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { withStyles } from '../charts/identity.ts';
import { useAsked } from '../shared/ask.ts';

const worker = vi.hoisted(() => {
  Object.assign(globalThis, {
    __APP_VERSION__: 'test',
    __COMMIT__: '',
    document: { baseURI: 'http://localhost/' },
  });
  const device = { backend: 'cpu', device: 'a test', gflops: 1, warnings: [], halfPrecision: false };
  return {
    restarts: 0,
    started: [] as string[],
    emit: null as ((event: RaceEvent) => void) | null,
    end: null as (() => void) | null,
    device,
  };
});

vi.mock('../../worker/client.ts', () => ({
  createEngineClient: () => ({
    api: {
      initialise: (choice: string) => {
        worker.started.push(choice);
        return Promise.resolve(worker.device);
      },
      loadData: () => Promise.resolve({ provenance: 'made up', classNames: ['a', 'b', 'c', 'd'] }),
      race: (_: string, __: unknown, onEvent: (event: RaceEvent) => void) => {
        worker.emit = onEvent;
        return new Promise<void>((resolve) => (worker.end = resolve));
      },
    },
    restart: () => worker.restarts++,
  }),
}));
vi.mock('../shared/notify.ts', () => ({ notify: () => {} }));

const { usePage, workbench } = await import('./store.ts');
const { discardInterruptedAfterAsking, mayReload, resetAfterAsking, setBackendAfterAsking, workUnderWay } =
  await import('./work.ts');
const page = () => usePage.getState();
const other = withStyles(sampleRace({ epochs: 1 }));

/** Trains a race until it is in `state`; its only figure is one point of AT. */
async function trained(state: 'running' | 'complete'): Promise<void> {
  workbench.setConfig(PRESETS.quick);
  const done = workbench.train();
  await vi.waitFor(() => expect(page().ownRace).toBe(true));
  const { runId } = page();
  const point = { epoch: 0, step: 0, clean: 0.5, robust: 0.25 };
  worker.emit!({ type: 'epoch', runId, label: 'AT', point });
  worker.emit!({ type: 'state', runId, state });
  if (state !== 'complete') return;
  worker.end!();
  await done;
}

const ownPoints = () => page().view?.runs.find((r) => r.label === 'AT')?.curves.length;

beforeEach(() => {
  workbench.reset();
  Object.assign(worker, { restarts: 0, started: [] });
});

describe('a run opened while the visit has a race of its own', () => {
  it.each(['recorded', 'saved', 'snapshot'] as const)(
    'given a trained race, when a %s run is opened, then the race and its models stay, and backToRace shows the same figures again',
    async (kind) => {
      await trained('complete');
      workbench.open(kind, other, 'another');
      expect([page().shown, page().ownRace, page().race]).toEqual([kind, true, 'complete']);
      expect(worker.restarts).toBe(0);
      workbench.backToRace();
      expect([page().shown, ownPoints()]).toEqual(['live', 1]);
    },
  );

  it('given a running race while another run is shown, when the race ends, then the other run stays shown, and backToRace shows the whole race', async () => {
    await trained('running');
    workbench.open('snapshot', other, '');
    const { runId } = page();
    const point = { epoch: 1, step: 4, clean: 0.75, robust: 0.5 };
    worker.emit!({ type: 'epoch', runId, label: 'AT', point });
    const result = { ...other, status: 'failed' as const };
    worker.emit!({ type: 'result', runId, result });
    expect(page().view).toBe(other);
    workbench.backToRace();
    expect(page().view).toBe(result);
    worker.end!();
  });

  it('given no own race, when backToRace is called, then the page shows what it showed before', () => {
    workbench.open('recorded', other, 'another');
    workbench.backToRace();
    expect([page().shown, page().view]).toEqual(['recorded', other]);
  });
});

describe('work that would be lost', () => {
  const answer = async (yes: boolean, about: RegExp) => {
    await vi.waitFor(() => expect(useAsked.getState().asked?.question.message).toMatch(about));
    useAsked.getState().asked!.answer(yes);
  };

  it('given trained models, when Reset is pressed and the question answered with no, then they stay; when with yes, then they are dropped', async () => {
    await trained('complete');
    const first = resetAfterAsking();
    await answer(false, /models that you trained are dropped/);
    await first;
    expect([page().ownRace, page().shown, worker.restarts]).toEqual([true, 'live', 0]);
    const second = resetAfterAsking();
    await answer(true, /loaded data/);
    await second;
    expect([page().ownRace, worker.restarts]).toEqual([false, 1]);
  });

  it('given trained models, when another backend is chosen, then it starts only after a yes, and the models are dropped even while another run is shown', async () => {
    await trained('complete');
    workbench.open('recorded', other, 'another');
    const first = setBackendAfterAsking('cpu');
    await answer(false, /dropped/);
    await first;
    expect([page().ownRace, worker.started]).toEqual([true, ['auto']]);
    const second = setBackendAfterAsking('cpu');
    await answer(true, /dropped/);
    await second;
    expect([page().ownRace, page().race, page().shown, worker.started]).toEqual([
      false,
      null,
      'recorded',
      ['auto', 'cpu'],
    ]);
  });

  it('given nothing trained, when Reset is pressed, then the page is reset without a question', async () => {
    await resetAfterAsking();
    expect([useAsked.getState().asked, worker.restarts]).toEqual([null, 1]);
  });

  it('given a stress test, when the page is reloaded or reset, then the question names the test; given none, when the page is reloaded, then there is no question', async () => {
    expect([workUnderWay(page()), await mayReload()]).toEqual([null, true]);
    await trained('complete');
    workbench.setJudging(true);
    expect(workUnderWay(page())).toMatch(/stress test/);
    const reload = mayReload();
    await answer(false, /rows it has reached would be lost/);
    expect(await reload).toBe(false);
    const reset = resetAfterAsking();
    await answer(false, /stress test under way ends/);
    await reset;
    expect(worker.restarts).toBe(0);
    workbench.setJudging(false);
    expect(workUnderWay(page())).toBeNull();
  });

  it('given trained or opened models and nothing that runs, when the page is about to be reloaded, then the question says that they are dropped', async () => {
    await trained('complete');
    const first = mayReload();
    await answer(false, /^The models that you trained are dropped; the figures of finished races stay/);
    expect(await first).toBe(false);
    usePage.setState({ opened: [{ id: 'a' }] as never });
    const second = mayReload();
    await answer(true, /^The models that you trained and those that you opened are dropped/);
    expect(await second).toBe(true);
    usePage.setState({ ownRace: false });
    const third = mayReload();
    await answer(true, /^The models that you opened are dropped\./);
    expect(await third).toBe(true);
  });

  it('given an unfinished race, when Discard is pressed, then it is discarded only after a yes', async () => {
    const forgotten: number[] = [];
    const forget = vi
      .spyOn(workbench, 'forgetInterrupted')
      .mockImplementation(async () => void forgotten.push(1));
    const first = discardInterruptedAfterAsking();
    await answer(false, /kept state is deleted/);
    await first;
    expect(forgotten).toHaveLength(0);
    const second = discardInterruptedAfterAsking();
    await answer(true, /cannot be resumed/);
    await second;
    expect(forgotten).toHaveLength(1);
    forget.mockRestore();
  });

  it.each(['preparing', 'running', 'paused', 'evaluating'] as const)(
    'given a race that is %s, when the page is about to be reloaded, then the visitor is asked first',
    async (race) => {
      usePage.setState({ race });
      const reload = mayReload();
      await answer(true, /A race is under way/);
      expect(await reload).toBe(true);
    },
  );
});
