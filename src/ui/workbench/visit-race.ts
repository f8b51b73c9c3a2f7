/** The visit's own race: prepared, trained to its end, and started again when its worker dies under it. */
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
import type { KeptRaces } from './kept-races.ts';
import type { Parts } from './parts.ts';

const ELSEWHERE = 'This race is open in another tab of this browser: go on there, or close that tab first.';
const DATA_GONE = 'The race ended because its data could not be loaded again.';

export interface Entry {
  readonly runId: string;
  readonly config: ExperimentConfig;
  /** From its kept state, not from the beginning. */
  readonly resume: boolean;
}

type Before = Pick<BenchState, 'race' | 'runId' | 'progress' | 'raceMessage'>;

export class VisitRace {
  private readonly attempts = new Attempts();
  private readonly crashes = new Crashes();
  private entry: Entry | null = null;
  /** The page before the visitor started this race: it comes back when the race cannot start. */
  private before: Before | null = null;
  /** Whether the engine has been given this race since the visitor started it. */
  private given = false;
  /** Whether the engine has it now. */
  private training = false;
  private stopPressed = false;
  /** It was paused when its worker died. */
  private pauseAgain = false;

  constructor(
    private readonly parts: Parts,
    private readonly device: Device,
    private readonly data: Data,
    private readonly figures: Figures,
    private readonly kept: KeptRaces,
  ) {}

  /** Started by the visitor. Resolves when it has ended, or could not start. */
  async start(entry: Entry): Promise<void> {
    const { race, runId, progress, raceMessage, interrupted } = this.parts.board.getState();
    this.before = { race, runId, progress, raceMessage };
    this.given = false;
    this.stopPressed = false;
    this.pauseAgain = false;
    this.crashes.startAnew();
    await this.attempt(entry, interrupted?.runId ?? null);
  }

  /** `offered`: the unfinished race whose place a new one takes. */
  private async attempt(entry: Entry, offered: string | null): Promise<void> {
    const { board, engine } = this.parts;
    const { runId, config, resume } = entry;
    const counts = this.attempts.begin();
    this.entry = entry;
    this.training = false;
    const message = 'Starting the engine';
    board.setState({
      race: 'preparing',
      raceMessage: message,
      raceError: null,
      progress: null,
      runId,
      interrupted: null,
    });
    try {
      const missing = await this.prepare(entry, counts);
      if (!counts()) return;
      if (missing) return await this.cannotStart(missing.why);
      const { provenance, classNames } = board.getState().data[config.dataset.source]!;
      const names = config.dataset.classes.map((c) => classNames[c] ?? `class ${c}`);
      this.given = true;
      this.training = true;
      this.figures.begin(runId, config, { provenance, classNames: names });
      if (!resume) void this.kept.makeRoom(offered);
      await engine.api.race(
        runId,
        config,
        (event) => {
          if (counts()) this.take(event);
        },
        resume,
      );
      if (counts()) await this.kept.offer();
    } catch (error) {
      if (counts()) await this.settle('failed', errorMessage(error));
    }
  }

  /** Null when lock, device and data are there; else why not, or a null `why` where the page says it elsewhere. */
  private async prepare(
    { runId, config }: Entry,
    counts: () => boolean,
  ): Promise<{ readonly why: string | null } | null> {
    const { source } = config.dataset;
    if (!(await this.parts.locks.hold(runId))) return { why: ELSEWHERE };
    if (!counts() || !(await this.device.ensure())) return { why: null };
    if (!counts() || this.data.has(source) || (await this.data.load(source))) return null;
    // `dataError` is shown beside Train, with the ways to get data.
    if (counts()) this.data.withdraw(source);
    return { why: null };
  }

  private async cannotStart(why: string | null): Promise<void> {
    if (this.given) return this.settle('failed', why ?? DATA_GONE);
    await this.bringBack(why, null);
  }

  /** The race ends here without a result of its own. */
  private async settle(status: 'failed' | 'stopped', why: string | null): Promise<void> {
    this.attempts.end();
    this.training = false;
    if (!this.given) return this.bringBack(why, status);
    this.parts.board.setState({ race: status, raceError: why });
    this.figures.end(status);
    await this.kept.offer();
  }

  /** The race has not trained: the page is as it was before, and so are its models. */
  private async bringBack(raceError: string | null, otherwise: BenchState['race']): Promise<void> {
    const { board, locks } = this.parts;
    const { race = null, ...before } = this.before ?? {};
    board.setState({ ...before, race: race ?? otherwise, raceError });
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

  /** A worker that dies meanwhile is the recovery's to report. */
  private send(order: 'pause' | 'resume' | 'stepOnce' | 'stop'): void {
    this.parts.engine.api[order]().catch(() => {});
  }

  /** The worker died under it: a new one goes on with it, a bounded number of times. */
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
    await this.attempt({ ...entry, config: kept?.config ?? entry.config, resume: next === 'resume' }, null);
  }

  /** The page is reset: what is under way ends without a word. */
  reset(): void {
    this.attempts.end();
    this.entry = null;
    this.before = null;
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
        // Without a result: the worker has given up the race.
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

  /** It runs: what was pressed while it could not obey is done now. */
  private obey(): void {
    if (this.stopPressed) this.send('stop');
    if (this.pauseAgain) this.send('pause');
    this.pauseAgain = false;
  }

  /** A device that was lost may have been replaced by another. */
  private moved({ backend, device: name, warnings }: Extract<RaceEvent, { type: 'backend' }>): void {
    const { board, notify } = this.parts;
    if (warnings.length > 0) notify('warning', slowerBackend(backend));
    const { device } = board.getState();
    if (device) board.setState({ device: { ...device, backend, device: name, warnings } });
  }
}
