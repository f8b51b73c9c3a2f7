/**
 * The visitor's workbench. It controls the device, the data and the visit's own race with its models, and recovers when
 * the worker dies. The engine computes; the page reads the state from the board.
 */
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { RobustnessOptions } from '../../core/judge/plan.ts';
import type { BackendChoice, ExperimentConfig } from '../../core/settings/config.ts';
import type { EngineApi } from '../../worker/api.ts';
import type { TestImages } from '../../worker/viewer.ts';
import { withStyles } from '../charts/identity.ts';
import { EMPTY, type Source } from './bench-state.ts';
import { Data } from './data.ts';
import { Device, WITHOUT_ENGINE } from './device.ts';
import { Figures } from './figures.ts';
import { KeptRaces } from './kept-races.ts';
import { Opened } from './opened.ts';
import type { Shown } from './models.ts';
import type { Engine, Parts } from './parts.ts';
import { configError, isActive } from './race-rules.ts';
import { VisitRace } from './visit-race.ts';

export interface WorkbenchOptions extends Omit<Parts, 'engine'> {
  /** The engine must call `onCrash` when the worker dies, with one sentence about it. */
  readonly createEngine: (onCrash: (why: string) => void) => Engine;
}

export class Workbench {
  readonly engine: Engine;
  readonly opened: Opened;
  private readonly parts: Parts;
  private readonly device: Device;
  private readonly data: Data;
  private readonly figures: Figures;
  private readonly kept: KeptRaces;
  private readonly race: VisitRace;

  constructor({ createEngine, ...others }: WorkbenchOptions) {
    this.engine = createEngine((why) => this.recover(why));
    this.parts = { ...others, engine: this.engine };
    this.device = new Device(this.parts);
    this.data = new Data(this.parts);
    this.figures = new Figures(this.parts);
    this.kept = new KeptRaces(this.parts);
    this.opened = new Opened(this.parts, this.device, this.data);
    this.race = new VisitRace(this.parts, this.device, this.data, this.figures, this.kept, this.opened);
  }

  private get state() {
    return this.parts.board.getState();
  }

  setConfig(config: ExperimentConfig): void {
    const sameSource = config.dataset.source === this.state.config.dataset.source;
    // An error about the previous source no longer matters.
    this.parts.board.setState({ config, ...(!sameSource && { dataError: null }) });
  }

  /** Starts the chosen backend if none is started, e.g. to measure it. The visit's models can then be used on it. */
  async startDevice(): Promise<void> {
    if (await this.device.ensure()) await this.figures.adopt();
  }

  /** Starts another backend and drops the trained models. Does nothing while a race is active. */
  async setBackend(choice: BackendChoice): Promise<void> {
    if (isActive(this.state.race)) return;
    if ((await this.device.start(choice)) === 'overtaken') return;
    const { ownRace, shown } = this.state;
    if (!ownRace) return;
    this.figures.drop();
    this.parts.board.setState({
      ownRace: false,
      race: null,
      raceConfig: null,
      ...(shown === 'live' && { shown: 'saved' }),
    });
  }

  /** Resolves to whether the data were loaded; if not, `dataError` says why. */
  loadData(source: Source, files: readonly File[] | null = null): Promise<boolean> {
    return this.data.load(source, files);
  }

  cancelLoad(): void {
    this.data.cancel();
  }

  /** Trains a race with the current settings. Resolves when it has ended or could not start. */
  async train(): Promise<void> {
    const { config, race, data, opened } = this.state;
    if (isActive(race)) return;
    const wrong = configError(config, data, opened);
    if (wrong) return this.parts.notify('error', wrong);
    await this.race.start({ runId: this.parts.newId(), config, resume: false });
  }

  /**
   * Ends the race that Train or Resume started last and brings back what it replaced: the race before it with its
   * models, and the run shown. Does nothing if it could not start.
   */
  undoTrain(): Promise<void> {
    return this.race.undo();
  }

  /** Resumes the offered unfinished race. Resolves when it has ended or could not start. */
  async resumeInterrupted(): Promise<void> {
    const { interrupted, race } = this.state;
    if (!interrupted || isActive(race)) return;
    const { runId, config } = interrupted;
    this.parts.board.setState({ config });
    await this.race.start({ runId, config, resume: true });
  }

  /** Looks for an unfinished race and offers it in `interrupted`. */
  findInterrupted(): Promise<void> {
    return this.kept.offer();
  }

  forgetInterrupted(): Promise<void> {
    return this.kept.discard();
  }

  pause(): void {
    this.race.pause();
  }

  resume(): void {
    this.race.resume();
  }

  stepOnce(): void {
    this.race.stepOnce();
  }

  stop(): void {
    this.race.stop();
  }

  /** Ends a worker that does not answer; an active race or a backend start continues in a new one. */
  restartWorker(): void {
    const { race, deviceBusy, backendChoice } = this.state;
    this.engine.restart();
    if (isActive(race) || !deviceBusy) return this.recover('The training worker was restarted.');
    this.workerGone('The training worker was restarted.');
    void this.device.start(backendChoice);
  }

  private workerGone(why: string): void {
    this.data.workerGone(why);
    this.device.workerGone();
    this.opened.workerGone();
  }

  /** Called when the worker has ended: a new one continues an active race, or restores trained models on demand. */
  private recover(why: string): void {
    const { race, ownRace, deviceBusy } = this.state;
    this.workerGone(why);
    if (isActive(race)) return void this.race.recover(why);
    if (!ownRace) {
      const next = deviceBusy ? WITHOUT_ENGINE : 'A new one starts when it is needed.';
      return this.parts.notify(deviceBusy ? 'error' : 'warning', `${why} ${next}`);
    }
    const models = 'The trained models are brought back from their kept state when they are next used.';
    this.parts.notify('warning', `${why} ${models}`);
    void this.figures.adopt();
  }

  /** Drops race, models, data and device. Keeps settings and the chosen backend. */
  reset(): void {
    this.race.reset();
    this.figures.drop();
    this.data.clear();
    this.opened.clear();
    this.device.workerGone();
    this.parts.locks.release();
    this.engine.restart();
    this.parts.board.setState(EMPTY);
  }

  /** Shows another run. The visit's own race stays available, and continues if it is running. */
  open(shown: Shown, view: RaceResult, shownName: string): void {
    this.parts.board.setState({ shown, view: withStyles(view), shownName });
  }

  /** Shows the visit's own race again; does nothing if there is none. */
  backToRace(): void {
    if (this.state.ownRace) this.figures.show();
  }

  // The engine's calls on models, once device, data and opened models are there.

  readonly example: EngineApi['example'] = async (request) => {
    await this.opened.ready(request.images);
    return this.engine.api.example(request);
  };

  readonly lossSlice: EngineApi['lossSlice'] = async (request) => {
    await this.opened.ready(request.images);
    return this.engine.api.lossSlice(request);
  };

  readonly robustness: EngineApi['robustness'] = async (options, onProgress, images) => {
    await this.opened.ready(images);
    return this.engine.api.robustness(options, onProgress, images);
  };

  async estimateRobustness(options: RobustnessOptions, images?: TestImages): Promise<number> {
    await this.opened.ready(images);
    return this.engine.api.estimateRobustness(options, images);
  }

  /** Stores a stress-test report in the result of race `runId`, whose models it is about. */
  keepReport(runId: string, report: RobustnessReport): void {
    if (!isActive(this.state.race)) this.figures.keepReport(runId, report);
  }

  setJudging(judging: boolean): void {
    this.parts.board.setState({ judging });
  }
}
