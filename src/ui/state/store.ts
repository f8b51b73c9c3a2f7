/** The page's one store: what is edited, what runs, what is shown. Charts read `view`, renewed at most four times a second. */
import { create } from 'zustand';
import { errorMessage } from '../../core/error-message.ts';
import type { BackendChoice, ExperimentConfig } from '../../core/settings/config.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { RaceEvent } from '../../core/race/events.ts';
import { LOAD_CANCELLED, type DataProgress } from '../../worker/api.ts';
import { checkpointsOf } from '../../worker/checkpoints.ts';
import { createEngineClient } from '../../worker/client.ts';
import { createRaceLocks } from '../../worker/race-locks.ts';
import { slowerBackend } from '../shared/backend-words.ts';
import { newId } from '../shared/new-id.ts';
import { runStore } from '../storage/runs.ts';
import { Crashes } from './crashes.ts';
import { LiveRace } from './live-race.ts';
import { notify } from '../shared/notify.ts';
import type { PageState } from './page-state.ts';
import { configError, isActive } from './race-rules.ts';
import { WorkerData } from './worker-data.ts';

export const APP_VERSION = __APP_VERSION__;
const RENEW_MS = 250;

type Source = ExperimentConfig['dataset']['source'];

export type { PageState };

export const engine = createEngineClient({
  baseUrl: document.baseURI.split('#')[0],
  appVersion: APP_VERSION,
  onCrash: (message) => void recover(message),
});

const checkpoints = checkpointsOf(document.baseURI);
const locks = createRaceLocks();
const workerData = new WorkerData();

const say = (error: unknown): string => errorMessage(error);

export { configError, isActive };

const crashes = new Crashes();
/** Counts workers: what a dead one's calls reject with is not how its race ends. */
let workers = 0;
/** The race that was paused when its worker died. */
let pausing: string | null = null;

/** The worker died or was ended: a new one goes on with its race, a bounded number of times, or brings its models back when they are needed. */
async function recover(why: string): Promise<void> {
  const { getState: get, setState: set } = usePage;
  const { race, runId, ownRace } = get();
  workers++;
  workerData.workerGone();
  set({ device: null });
  if (!isActive(race)) {
    const models = ownRace
      ? 'The trained models are brought back from their kept state when they are next used.'
      : 'A new one starts when it is needed.';
    notify('warning', `${why} ${models}`);
    if (ownRace && live) await engine.api.adopt(runId, live.config).catch(() => {});
    return;
  }
  if (race === 'paused') pausing = runId;
  set({ race: 'preparing', raceMessage: 'Starting the worker again', progress: null });
  const kept = (await checkpoints.list()).find((r) => r.runId === runId && !r.finished) ?? null;
  const { goOn, message } = crashes.next(runId, why, kept);
  if (goOn === null) {
    set({ race: 'failed', raceError: message });
    keepFailed();
    return get().findInterrupted();
  }
  notify('warning', message);
  await run(runId, kept?.config ?? live?.config ?? get().config, goOn === 'resume');
}

/** A race that failed has figures up to there: they stay on the page and under the saved runs, marked as failed. */
function keepFailed(): void {
  if (!live) return;
  live.fail();
  renew(true);
  save(live.snapshot());
}

function save(result: RaceResult): void {
  if (result.status === 'failed' && result.runs.every((r) => r.curves.length === 0)) return;
  runStore.save(result).catch((error: unknown) => notify('warning', say(error)));
}

let live: LiveRace | null = null;
/** The race that was stopped while it was still being prepared. */
let cancelled: string | null = null;
let renewal: ReturnType<typeof setTimeout> | null = null;

/** Draws the live race, unless another run is shown. */
function draw(): void {
  if (live && usePage.getState().shown === 'live') usePage.setState({ view: live.snapshot() });
}

function renew(now = false): void {
  if (now) {
    if (renewal !== null) clearTimeout(renewal);
    renewal = null;
    return draw();
  }
  renewal ??= setTimeout(() => {
    renewal = null;
    draw();
  }, RENEW_MS);
}

function onEvent(event: RaceEvent): void {
  if (event.runId !== live?.runId) return;
  if (live.apply(event)) renew();
  switch (event.type) {
    case 'state':
      usePage.setState({ race: event.state, raceMessage: event.message ?? null });
      if (event.state === 'running' && cancelled === event.runId) void engine.api.stop();
      if (event.state === 'running' && pausing === event.runId) {
        pausing = null;
        void engine.api.pause();
      }
      // Without a result: the worker has given up on the race.
      if (event.state === 'failed' && !live.isOver) keepFailed();
      break;
    case 'progress':
      usePage.setState({ progress: event });
      break;
    case 'error':
      usePage.setState({ raceError: event.message });
      notify('error', event.message);
      break;
    case 'failure':
      notify('error', event.message);
      break;
    case 'note':
      notify('warning', event.message);
      break;
    case 'backend':
      if (event.warnings.length > 0) notify('warning', slowerBackend(event.backend));
      // A device that was lost may have been replaced by another.
      usePage.setState(({ device }) => ({
        device: device && {
          ...device,
          backend: event.backend,
          device: event.device,
          warnings: event.warnings,
        },
      }));
      break;
    case 'result':
      renew(true);
      save(event.result);
      break;
    default:
  }
}

const ELSEWHERE = 'This race is open in another tab of this browser: go on there, or close that tab first.';

/** Prepares what the race needs, then trains it to its end. */
async function run(runId: string, config: ExperimentConfig, resume: boolean): Promise<void> {
  const { getState: get, setState: set } = usePage;
  const { backendChoice, device, interrupted } = get();
  const worker = workers;
  const message = 'Starting the engine';
  set({ race: 'preparing', raceMessage: message, raceError: null, progress: null, runId, interrupted: null });
  try {
    if (!(await locks.hold(runId))) return void set({ race: null, raceError: ELSEWHERE });
    if (!device) await startDevice(backendChoice);
    if (worker !== workers) return;
    if (!get().device) return void set({ race: null });
    const { source } = config.dataset;
    if (!workerData.has(source) && !(await get().loadData(source))) {
      if (worker !== workers) return;
      // What an earlier worker had loaded cannot be had again; `dataError` is said beside Train, with the ways to get data.
      const { [source]: _, ...data } = get().data;
      return void set({ race: null, data });
    }
    if (worker !== workers) return;
    if (cancelled === runId && !resume) return void set({ race: 'stopped' });
    cancelled = null;
    const { provenance, classNames } = get().data[source]!;
    const names = config.dataset.classes.map((c) => classNames[c] ?? `class ${c}`);
    live = new LiveRace(runId, config, { provenance, classNames: names }, APP_VERSION);
    set({ shown: 'live', shownName: '', view: live.snapshot(), ownRace: true });
    if (!resume) void dropStates(interrupted?.runId);
    await engine.api.race(runId, config, onEvent, resume);
  } catch (error) {
    if (worker === workers) set({ race: 'failed', raceError: say(error) });
  } finally {
    if (worker === workers) await get().findInterrupted();
  }
}

/** A new race takes the place of the one that was offered; what no tab needs goes with it. */
async function dropStates(offered: string | undefined): Promise<void> {
  try {
    const inUse = await locks.inUse();
    if (offered !== undefined && !inUse.has(offered)) await checkpoints.forget(offered);
    await checkpoints.prune(inUse);
  } catch {
    // They take room, and nothing else.
  }
}

const WITHOUT_ENGINE = 'Recorded runs, saved runs, shared links and their charts work without one.';
/** Counts starts: one that another has followed does not speak of its end. */
let starts = 0;

async function startDevice(choice: BackendChoice): Promise<boolean> {
  const { setState: set } = usePage;
  const start = ++starts;
  set({ backendChoice: choice, deviceBusy: true });
  try {
    const device = await engine.api.initialise(choice, (note) => notify('warning', note));
    set({ device });
    if (device.warnings.length > 0) notify('warning', slowerBackend(device.backend));
    return true;
  } catch (error) {
    if (start === starts) notify('error', `${say(error)} ${WITHOUT_ENGINE}`);
    return false;
  } finally {
    if (start === starts) set({ deviceBusy: false });
  }
}

async function load(source: Source, files: readonly File[] | null): Promise<boolean> {
  const { getState: get, setState: set } = usePage;
  set({
    dataError: null,
    dataNotes: [],
    dataProgress: { phase: 'Starting', loadedBytes: 0, totalBytes: null },
  });
  let last = 0;
  const note = (text: string) => set((s) => ({ dataNotes: [...s.dataNotes, text] }));
  const onProgress = (p: DataProgress) => {
    if (performance.now() - last < RENEW_MS) return;
    last = performance.now();
    if (get().dataProgress) set({ dataProgress: p });
  };
  try {
    const summary = await engine.api.loadData(source, files, onProgress, note);
    set((s) => ({ data: { ...s.data, [source]: summary } }));
    return true;
  } catch (error) {
    if (say(error) === LOAD_CANCELLED) note('Loading was cancelled: what was loaded before is still there.');
    else set({ dataError: say(error) });
    return false;
  } finally {
    set({ dataProgress: null });
  }
}

export const usePage = create<PageState>((set, get) => ({
  config: PRESETS.quick,
  backendChoice: 'auto',
  device: null,
  deviceBusy: false,
  data: {},
  dataProgress: null,
  dataError: null,
  dataNotes: [],
  race: null,
  raceMessage: null,
  raceError: null,
  runId: '',
  interrupted: null,
  progress: null,
  shown: 'nothing',
  shownName: '',
  view: null,
  ownRace: false,
  judging: false,

  setConfig: (config) =>
    set((s) => ({
      config,
      // What failed to load is not what the next race needs any more.
      ...(config.dataset.source === s.config.dataset.source ? {} : { dataError: null }),
    })),

  async setBackend(choice) {
    if (!(await startDevice(choice))) return;
    // The models of the device before are gone with it.
    const { ownRace, shown } = get();
    if (ownRace) set({ ownRace: false, race: null, ...(shown === 'live' && { shown: 'saved' }) });
  },

  loadData: (source, files = null) => workerData.load(source, files, (given) => load(source, given)),

  cancelLoad: () => void engine.api.cancelLoad(),

  async train() {
    const { config } = get();
    if (isActive(get().race)) return;
    const wrong = configError(config, get().data);
    if (wrong) return void notify('error', wrong);
    await run(newId(), config, false);
  },

  async goOn() {
    const { interrupted, race } = get();
    if (!interrupted || isActive(race)) return;
    set({ config: interrupted.config });
    await run(interrupted.runId, interrupted.config, true);
  },

  async findInterrupted() {
    const inUse = await locks.inUse().catch(() => new Set<string>());
    // This tab's own race, stopped or failed, can go on here.
    inUse.delete(get().runId);
    const interrupted = await checkpoints.offered(inUse);
    if (!isActive(get().race)) set({ interrupted });
  },

  async forgetInterrupted() {
    const { interrupted } = get();
    set({ interrupted: null });
    if (!interrupted) return;
    await checkpoints.forget(interrupted.runId).catch((error: unknown) => notify('warning', say(error)));
    await get().findInterrupted();
  },

  restartWorker() {
    const { race, deviceBusy, backendChoice } = get();
    engine.restart();
    void recover('The training worker was restarted.');
    if (deviceBusy && !isActive(race)) void startDevice(backendChoice);
  },

  pause: () => void engine.api.pause(),
  resume: () => void engine.api.resume(),
  stepOnce: () => void engine.api.stepOnce(),
  stop() {
    cancelled = get().runId;
    void engine.api.stop();
  },

  reset() {
    live = null;
    workers++;
    workerData.clear();
    locks.release();
    engine.restart();
    set({
      race: null,
      raceError: null,
      progress: null,
      device: null,
      data: {},
      shown: 'nothing',
      view: null,
      ownRace: false,
    });
  },

  open: (shown, view, shownName) => set({ shown, view, shownName }),

  backToRace() {
    if (live && get().ownRace) set({ shown: 'live', shownName: '', view: live.snapshot() });
  },

  setJudging: (judging) => set({ judging }),
}));
