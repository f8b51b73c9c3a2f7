import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import { encodeSnapshot } from '../../snapshot/encode.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';

const page = vi.hoisted(() => {
  const location = { hash: '', pathname: '/', search: '', href: 'http://localhost/' };
  const history = {
    state: null,
    replaceState: () => {
      location.hash = '';
    },
  };
  Object.assign(globalThis, {
    __APP_VERSION__: 'test',
    __COMMIT__: '',
    document: { baseURI: 'http://localhost/' },
    window: { location, history },
  });
  return { location, end: () => {} };
});
vi.mock('../../worker/client.ts', () => ({
  createEngineClient: () => ({
    api: {
      initialise: () => Promise.resolve({ backend: 'cpu', device: 'a test', gflops: 1, warnings: [] }),
      loadData: () => Promise.resolve({ provenance: 'made up', classNames: ['a', 'b', 'c', 'd'] }),
      race: () => new Promise<void>((resolve) => (page.end = resolve)),
    },
    restart: () => {},
  }),
}));
vi.mock('../shared/notify.ts', () => ({ notify: () => {} }));
const recorded = sampleRace({ epochs: 1, seed: 9 });
vi.mock('./recorded.ts', () => ({
  loadFirst: () => Promise.resolve({ result: recorded, title: 'the recorded run' }),
}));

const { usePage, workbench } = await import('../state/store.ts');
const { closeSharedLink, dismissWaiting, followAddress, openFirstView, openWaiting, useSharedLink } =
  await import('./shared-link.ts');
const state = () => [
  usePage.getState().shown,
  useSharedLink.getState().opened?.ok,
  useSharedLink.getState().waiting,
];
let one = '';
let two = '';
beforeAll(async () => {
  one = (await encodeSnapshot(sampleRace({ epochs: 1, seed: 1 }))).hash;
  two = (await encodeSnapshot(sampleRace({ epochs: 2, seed: 2 }))).hash;
});
const go = (hash: string) => {
  page.location.hash = hash;
  return followAddress();
};
/** Starts a race and leaves it running. */
async function train(): Promise<void> {
  workbench.setConfig(PRESETS.quick);
  void workbench.train();
  await vi.waitFor(() => expect(usePage.getState().ownRace).toBe(true));
  usePage.setState({ race: 'running' });
}
beforeEach(async () => {
  page.location.hash = '';
  workbench.reset();
  await closeSharedLink();
  workbench.reset();
});

describe('the first view', () => {
  it('given a link, then its result is shown; given none, then the recorded run; given a damaged one, then the recorded run with a message', async () => {
    await openFirstView(one);
    expect(state()).toEqual(['snapshot', true, null]);
    workbench.reset();
    useSharedLink.setState({ opened: null });
    await openFirstView('#judge');
    expect(state()).toEqual(['recorded', undefined, null]);
    workbench.reset();
    await openFirstView(one.slice(0, 300));
    expect(state()).toEqual(['recorded', false, null]);
  });

  it.each(['%3D', '%253D'])(
    'given a link with %s for its equals sign, then its result is shown, not the recorded run',
    async (sign) => {
      await openFirstView(one.replace('=', sign));
      expect(state()).toEqual(['snapshot', true, null]);
    },
  );

  it('given a long fragment that is not a link, then the recorded run is shown with a message', async () => {
    await openFirstView(`#x${one.slice(3)}`);
    expect(state()).toEqual(['recorded', false, null]);
  });
});

describe('an address that changes', () => {
  it.each(['#main', '', '#judge', '#'])(
    'given an opened link, when the address becomes %j, then result and banner stay, also when the address becomes the link again',
    async (hash) => {
      await openFirstView(one);
      const { view } = usePage.getState();
      const { opened } = useSharedLink.getState();
      await go(hash);
      expect(state()).toEqual(['snapshot', true, null]);
      await go(one);
      expect(usePage.getState().view).toBe(view);
      expect(useSharedLink.getState().opened).toBe(opened);
    },
  );

  it('given an opened link, when another follows, then that one is shown; when several follow at once, then the last one is shown', async () => {
    await openFirstView(one);
    await go(two);
    expect(usePage.getState().view?.config.optimiser.epochs).toBe(2);
    await Promise.all([go(one), go(two), go(one)]);
    expect(usePage.getState().view?.config.optimiser.epochs).toBe(1);
  });
});

describe('a link that arrives while a race is active', () => {
  it('given a running race, when a link arrives, then it waits; when it is opened and closed, then its result is shown and after it the running race', async () => {
    await train();
    const { runId } = usePage.getState();
    await go(one);
    expect(state()).toEqual(['live', undefined, one]);
    await openWaiting();
    expect(state()).toEqual(['snapshot', true, null]);
    expect([usePage.getState().race, usePage.getState().runId]).toEqual(['running', runId]);
    await closeSharedLink();
    expect([...state(), usePage.getState().race]).toEqual(['live', undefined, null, 'running']);
    expect(page.location.hash).toBe('');
  });

  it('given a waiting link, when it is dismissed, then it no longer waits and nothing else changes', async () => {
    await train();
    await go(one);
    dismissWaiting();
    expect(state()).toEqual(['live', undefined, null]);
  });

  it('given a waiting link, when another arrives, then the newer one waits', async () => {
    await train();
    await go(one);
    await go(two);
    expect(state()).toEqual(['live', undefined, two]);
  });
});

it('given an opened link and no own race, when it is closed, then the recorded run is shown and the address has no fragment', async () => {
  page.location.hash = one;
  await openFirstView();
  await closeSharedLink();
  expect(state()).toEqual(['recorded', undefined, null]);
  expect(page.location.hash).toBe('');
});
