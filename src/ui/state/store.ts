/** The page's one store: what is edited, what runs, what is shown. Charts read `view`, renewed at most four times a second. */
import { create } from 'zustand';
import { errorMessage } from '../../core/error-message.ts';
import { parseConfig, type BackendChoice, type ExperimentConfig } from '../../core/settings/config.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { RaceEvent, RaceState } from '../../core/race/events.ts';
import { LOAD_CANCELLED, type DataProgress, type DataSummary, type DeviceInfo } from '../../worker/api.ts';
import { CheckpointStore, type InterruptedRace } from '../../worker/checkpoints.ts';
import { createEngineClient } from '../../worker/client.ts';
import type { Shown } from '../see/models.ts';
import { slowerBackend } from '../shared/backend-words.ts';
import { newId } from '../shared/new-id.ts';
import { runStore } from '../storage/runs.ts';
import { LiveRace } from './live-race.ts';
import { notify } from './notify.ts';

export const APP_VERSION = __APP_VERSION__;
const RENEW_MS = 250;

type Progress = Extract<RaceEvent, { type: 'progress' }>;
type Source = ExperimentConfig['dataset']['source'];

export interface PageState {
  readonly config: ExperimentConfig;
  readonly backendChoice: BackendChoice;
  readonly device: DeviceInfo | null;
  readonly deviceBusy: boolean;
  readonly data: Partial<Record<Source, DataSummary>>;
  readonly dataProgress: DataProgress | null;
  readonly dataError: string | null;
  /** What happened on the way of the last load and did not stop it; one sentence each. */
  readonly dataNotes: readonly string[];
  readonly race: RaceState | null;
  readonly raceMessage: string | null;
  readonly raceError: string | null;
  readonly runId: string;
  /** A race whose state is kept and which can go on; null while one runs. */
  readonly interrupted: InterruptedRace | null;
  readonly progress: Progress | null;
  readonly shown: Shown;
  readonly shownName: string;
  readonly view: RaceResult | null;
  /** This visit has a race of its own, shown or not: its figures are here, and its models in the worker. */
  readonly ownRace: boolean;
  /** A stress test runs in the worker. */
  readonly judging: boolean;
  setConfig(config: ExperimentConfig): void;
  setBackend(choice: BackendChoice): Promise<void>;
  loadData(source: Source, files?: readonly File[] | null): Promise<boolean>;
  cancelLoad(): void;
  train(): Promise<void>;
  /** Goes on with the race that was stopped or cut off. */
  goOn(): Promise<void>;
  /** Looks for a race that can go on, once the page is there and after a race has ended. */
  findInterrupted(): Promise<void>;
  forgetInterrupted(): Promise<void>;
  /** Ends a worker that gives no sign of life; the race goes on in a new one. */
  restartWorker(): void;
  pause(): void;
  resume(): void;
  stepOnce(): void;
  stop(): void;
  reset(): void;
  /** Shows another run. The visit's own race stays behind it, and goes on where one runs. */
  open(kind: Shown, result: RaceResult, name: string): void;
  /** Shows the visit's own race again; does nothing where there is none. */
  backToRace(): void;
  setJudging(judging: boolean): void;
}

export const engine = createEngineClient({
  baseUrl: document.baseURI.split('#')[0],
  appVersion: APP_VERSION,
  onCrash: (message) => {
    const active = isActive(usePage.getState().race);
    notify('error', message);
    usePage.setState({ race: active ? 'failed' : null, raceError: message, device: null, progress: null });
    if (active) void afterCrash();
  },
});

const checkpoints = new CheckpointStore();

const say = (error: unknown): string => errorMessage(error);

/** Whether a race occupies the engine. */
export const isActive = (race: RaceState | null): boolean =>
  race === 'preparing' || race === 'running' || race === 'paused' || race === 'evaluating';

/** One sentence about the first wrong setting, or null. */
export function configError(
  config: ExperimentConfig,
  data: PageState['data'] = usePage.getState().data,
): string | null {
  try {
    parseConfig(config);
  } catch (error) {
    return say(error);
  }
  const { dataset, optimiser } = config;
  // CIFAR-100 has a hundred classes, everything else ten.
  const names = data[dataset.source]?.classNames;
  const count = names?.length ?? (dataset.source === 'archive' ? 100 : 10);
  const beyond = dataset.classes.find((c) => c >= count);
  if (beyond !== undefined)
    return `Class ${beyond} is chosen, and this data has classes 0 to ${count - 1}: choose the classes again under Data.`;
  if (optimiser.batchSize > dataset.trainSize)
    return `The batch size (${optimiser.batchSize}) is larger than the number of training images (${dataset.trainSize}).`;
  return null;
}

/** How often a race goes on by itself after its worker died. */
const CRASH_RETRIES = 2;
let crashes: { readonly runId: string; readonly count: number } = { runId: '', count: 0 };

/** The worker died under a race: a new one goes on from the last kept state, a bounded number of times. */
async function afterCrash(): Promise<void> {
  const { runId } = usePage.getState();
  crashes = { runId, count: crashes.runId === runId ? crashes.count + 1 : 1 };
  await usePage.getState().findInterrupted();
  if (crashes.count > CRASH_RETRIES || usePage.getState().interrupted?.runId !== runId) return;
  notify('done', 'The race goes on from its last kept state.');
  await usePage.getState().goOn();
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

/** When the worker last said something, on the clock of `performance.now`. */
export let heardAt = 0;

function onEvent(event: RaceEvent): void {
  heardAt = performance.now();
  if (event.runId !== live?.runId) return;
  if (live.apply(event)) renew();
  switch (event.type) {
    case 'state':
      usePage.setState({ race: event.state, raceMessage: event.message ?? null });
      if (event.state === 'running' && cancelled === event.runId) void engine.api.stop();
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
      break;
    case 'result':
      renew(true);
      if (event.result.status !== 'failed')
        runStore.save(event.result).catch((error: unknown) => notify('warning', say(error)));
      break;
    default:
  }
}

/** Prepares what the race needs, then trains it to its end. */
async function run(runId: string, config: ExperimentConfig, resume: boolean): Promise<void> {
  const { getState: get, setState: set } = usePage;
  const { backendChoice, device, data } = get();
  const message = 'Starting the engine';
  set({ race: 'preparing', raceMessage: message, raceError: null, progress: null, runId, interrupted: null });
  try {
    if (!device) await get().setBackend(backendChoice);
    if (!get().device) return void set({ race: null });
    const { source } = config.dataset;
    if (!data[source] && !(await get().loadData(source)))
      // `dataError` is said beside Train, with the ways to get data.
      return void set({ race: null });
    if (cancelled === runId && !resume) return void set({ race: 'stopped' });
    cancelled = null;
    const { provenance, classNames } = get().data[source]!;
    const names = config.dataset.classes.map((c) => classNames[c] ?? `class ${c}`);
    live = new LiveRace(runId, config, { provenance, classNames: names }, APP_VERSION);
    set({ shown: 'live', shownName: '', view: live.snapshot(), ownRace: true });
    await engine.api.race(runId, config, onEvent, resume);
  } catch (error) {
    set({ race: 'failed', raceError: say(error) });
  } finally {
    await get().findInterrupted();
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
    set({ backendChoice: choice, deviceBusy: true });
    try {
      const device = await engine.api.initialise(choice);
      // The backend's models are gone with it.
      const { ownRace, shown } = get();
      set({ device });
      if (ownRace) set({ ownRace: false, race: null, ...(shown === 'live' && { shown: 'saved' }) });
      if (device.warnings.length > 0) notify('warning', slowerBackend(device.backend));
    } catch (error) {
      notify('error', say(error));
    } finally {
      set({ deviceBusy: false });
    }
  },

  async loadData(source, files = null) {
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
      if (say(error) === LOAD_CANCELLED)
        note('Loading was cancelled: what was loaded before is still there.');
      else set({ dataError: say(error) });
      return false;
    } finally {
      set({ dataProgress: null });
    }
  },

  cancelLoad: () => void engine.api.cancelLoad(),

  async train() {
    const { config } = get();
    if (isActive(get().race)) return;
    const wrong = configError(config);
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
    const interrupted = await checkpoints.summary();
    if (!isActive(get().race)) set({ interrupted });
  },

  async forgetInterrupted() {
    set({ interrupted: null });
    await checkpoints.forget().catch((error: unknown) => notify('warning', say(error)));
  },

  restartWorker() {
    engine.restart();
    set({ device: null, progress: null, race: 'failed' });
    void afterCrash();
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
