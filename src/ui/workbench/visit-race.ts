/** The visit's own race: prepares it, trains it to its end, and restarts it if the worker dies. */
import { errorMessage } from '../../core/error-message.ts';
import type { RaceEvent } from '../../core/race/events.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { slowerBackend } from '../shared/backend-words.ts';
import { Attempts } from './attempts.ts';
import type { BenchState } from './bench-state.ts';
import { Crashes } from './crashes.ts';
import type { Data } from './data.ts';
import type { Device } from './device.ts';
import type { Figures } from './figures.ts';
import type { Opened } from './opened.ts';
import type { KeptRaces } from './kept-races.ts';
import type { LiveRace } from './live-race.ts';
import type { Parts } from './parts.ts';

const ELSEWHERE = 'This race is open in another tab of this browser: go on there, or close that tab first.';
const DATA_GONE = 'The race ended because its data could not be loaded again.';

export interface Entry {
  readonly runId: string;
  readonly config: ExperimentConfig;
  /** Whether the race starts from its kept state instead of from the beginning. */
  readonly resume: boolean;
}

type Before = Pick<BenchState, 'race' | 'raceConfig' | 'runId' | 'progress' | 'raceMessage'>;

/** What a new race replaces, for `undo`. */
interface Replaced extends Pick<BenchState, 'shown' | 'view' | 'shownName'> {
  readonly before: Before;
  readonly live: LiveRace | null;
  /** The unfinished race that was offered. */
  readonly offered: string | null;
}

export class VisitRace {
  private readonly attempts = new Attempts();
  private readonly crashes = new Crashes();
  private entry: Entry | null = null;
  /** The page's state before the visitor started this race, restored if the race cannot start. */
  private before: Before | null = null;
  private replaced: Replaced | null = null;
  /** Settles once the worker has ended a race that was undone; it trains one at a time. */
  private undone: Promise<unknown> = Promise.resolve();
  /** Settles when the worker has ended the current attempt. */
  private racing: Promise<unknown> = Promise.resolve();
  /** Whether any attempt since the visitor started this race has reached the engine. */
  private given = false;
  /** Whether the current attempt has reached the engine, so that Stop must be sent there. */
  private training = false;
  private stopPressed = false;
  /** Whether the race was paused when its worker died, and must be paused again. */
  private pauseAgain = false;

  constructor(
    private readonly parts: Parts,
    private readonly device: Device,
    private readonly data: Data,
    private readonly figures: Figures,
    private readonly kept: KeptRaces,
    private readonly opened: Opened,
  ) {}

  /** Starts a race for the visitor. Resolves when it has ended or could not start. */
  async start(entry: Entry): Promise<void> {
    const { interrupted, shown, view, shownName, ...now } = this.parts.board.getState();
    const { race, raceConfig, runId, progress, raceMessage } = now;
    this.before = { race, raceConfig, runId, progress, raceMessage };
    const offered = interrupted?.runId ?? null;
    this.replaced = { before: this.before, live: this.figures.race, shown, view, shownName, offered };
    this.given = false;
    this.stopPressed = false;
    this.pauseAgain = false;
    this.crashes.startAnew();
    await this.attempt(entry);
  }

  private async attempt(entry: Entry): Promise<void> {
    const { board, engine } = this.parts;
    const { runId, config, resume } = entry;
    const counts = this.attempts.begin();
    this.entry = entry;
    this.training = false;
    const message = 'Starting the engine';
    board.setState({
      race: 'preparing',
      raceConfig: config,
      raceMessage: message,
      raceError: null,
      progress: null,
      runId,
      interrupted: null,
    });
    try {
      await this.undone;
      const missing = counts() ? await this.prepare(entry, counts) : null;
      if (!counts()) return;
      if (missing) return await this.cannotStart(missing.why);
      const { provenance, classNames } = board.getState().data[config.dataset.source]!;
      const names = config.dataset.classes.map((c) => classNames[c] ?? `class ${c}`);
      this.given = true;
      this.training = true;
      this.figures.begin(runId, config, { provenance, classNames: names });
      const racing = engine.api.race(
        runId,
        config,
        (event) => {
          if (counts()) this.take(event);
        },
        resume,
      );
      this.racing = racing.catch(() => {});
      await racing;
      if (!counts()) return;
      if (!resume) await this.makeRoom();
      await this.kept.offer();
    } catch (error) {
      if (counts()) await this.settle('failed', errorMessage(error));
    }
  }

  /**
   * Null when lock, device, the weights to start from and data are ready; else the reason, with `why` null if the page
   * already shows it.
   */
  private async prepare(
    { runId, config }: Entry,
    counts: () => boolean,
  ): Promise<{ readonly why: string | null } | null> {
    const { source } = config.dataset;
    if (!(await this.parts.locks.hold(runId))) return { why: ELSEWHERE };
    if (!counts() || !(await this.device.ensure())) return { why: null };
    if (config.start) await this.opened.ready();
    if (!counts() || this.data.has(source) || (await this.data.load(source))) return null;
    // `dataError` is shown beside Train, with the ways to get data.
    if (counts()) this.data.withdraw(source);
    return { why: null };
  }

  private async cannotStart(why: string | null): Promise<void> {
    if (this.given) return this.settle('failed', why ?? DATA_GONE);
    await this.bringBack(why, null);
  }

  /** Ends the race, which sends no result. */
  private async settle(status: 'failed' | 'stopped', why: string | null): Promise<void> {
    this.attempts.end();
    this.training = false;
    if (!this.given) return this.bringBack(why, status);
    this.parts.board.setState({ race: status, raceError: why });
    this.figures.end(status);
    await this.kept.offer();
  }

  /** Restores the page and the models as they were before this race, which has not trained. */
  private async bringBack(raceError: string | null, otherwise: BenchState['race']): Promise<void> {
    const { race = null, ...before } = this.before ?? {};
    this.replaced = null;
    this.parts.board.setState({ ...before, race: race ?? otherwise, raceError });
    await this.holdOwn();
  }

  /**
   * Ends the race that the visitor started last, without its figures, and brings back the race, the models and the run
   * shown before it. A race that was resumed stays unfinished; of a new one nothing is kept.
   */
  async undo(): Promise<void> {
    const { entry, replaced } = this;
    if (!entry || !replaced) return;
    const { before, live, offered: _, ...shown } = replaced;
    this.attempts.end();
    if (this.training) this.send('stop');
    this.reset();
    this.figures.takeBack(live);
    this.parts.board.setState({ ...before, ...shown, raceError: null });
    this.undone = this.racing;
    await this.undone;
    if (!entry.resume) await this.parts.checkpoints.forget(entry.runId).catch(() => {});
    // Another race may have begun meanwhile: it has the lock and the models.
    if (this.entry === null) await this.holdOwn();
  }

  /** Forgets the unfinished race that this one has replaced; the models that `undo` brings back stay. */
  private makeRoom(): Promise<void> {
    return this.kept.makeRoom(this.replaced?.offered ?? null, this.replaced?.live?.runId ?? null);
  }

  /** Takes the lock and tells the worker to use the models of the race whose figures are there. */
  private async holdOwn(): Promise<void> {
    const { locks } = this.parts;
    const own = this.figures.runId;
    if (own === null) locks.release();
    else await locks.hold(own).catch(() => false);
    await this.figures.adopt();
    await this.kept.offer();
  }

  stop(): void {
    this.stopPressed = true;
    if (this.training) this.send('stop');
    else void this.settle('stopped', null);
  }

  pause(): void {
    this.send('pause');
  }

  resume(): void {
    this.pauseAgain = false;
    this.send('resume');
  }

  stepOnce(): void {
    this.send('stepOnce');
  }

  /** Ignores a rejection: if the worker dies, `recover` reports it. */
  private send(order: 'pause' | 'resume' | 'stepOnce' | 'stop'): void {
    this.parts.engine.api[order]().catch(() => {});
  }

  /** Called after the worker died: continues the race in a new worker, a limited number of times. */
  async recover(why: string): Promise<void> {
    const { board, notify } = this.parts;
    const counts = this.attempts.begin();
    const { entry } = this;
    this.training = false;
    if (!entry) return;
    if (this.stopPressed) return this.settle('stopped', null);
    if (board.getState().race === 'paused') this.pauseAgain = true;
    board.setState({ race: 'preparing', raceMessage: 'Starting the worker again', progress: null });
    const kept = await this.kept.unfinished(entry.runId);
    if (!counts()) return;
    const { next, message } = this.crashes.after(entry.runId, why, kept);
    if (next === null) return this.settle('failed', message);
    notify('warning', message);
    await this.attempt({ ...entry, config: kept?.config ?? entry.config, resume: next === 'resume' });
  }

  /** Forgets the race; an attempt that is under way no longer has any effect. */
  reset(): void {
    this.attempts.end();
    this.entry = null;
    this.before = null;
    this.replaced = null;
    this.training = false;
  }

  private take(event: RaceEvent): void {
    if (event.runId !== this.entry?.runId) return;
    const { board, notify } = this.parts;
    this.figures.take(event);
    switch (event.type) {
      case 'state':
        board.setState({ race: event.state, raceMessage: event.message ?? null });
        if (event.state === 'running') this.obey();
        // The worker has given up the race and will send no result.
        if (event.state === 'failed') this.figures.end('failed');
        break;
      case 'progress':
        board.setState({ progress: event });
        break;
      case 'error':
        board.setState({ raceError: event.message });
        notify('error', event.message);
        break;
      case 'failure':
        notify('error', event.message);
        break;
      case 'note':
        notify('warning', event.message);
        break;
      case 'backend':
        this.moved(event);
        break;
      default:
    }
  }

  /** Called once the race runs: sends a stop or pause that could not take effect before. */
  private obey(): void {
    if (this.stopPressed) this.send('stop');
    if (this.pauseAgain) this.send('pause');
    this.pauseAgain = false;
  }

  /** Shows the backend and device that the race now runs on, after the previous device was lost. */
  private moved({ backend, device: name, warnings }: Extract<RaceEvent, { type: 'backend' }>): void {
    const { board, notify } = this.parts;
    if (warnings.length > 0) notify('warning', slowerBackend(backend));
    const { device } = board.getState();
    if (device) board.setState({ device: { ...device, backend, device: name, warnings } });
  }
}
