/** The figures of the visit's own race: gathered while it runs, drawn a few times a second, and saved when it ends. */
import { errorMessage } from '../../core/error-message.ts';
import type { RaceEvent } from '../../core/race/events.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { LiveRace } from './live-race.ts';
import type { Parts } from './parts.ts';

/** Charts are renewed at most so often, in milliseconds. */
const RENEW_MS = 500;

export class Figures {
  private live: LiveRace | null = null;
  private cancelRenewal: (() => void) | null = null;

  constructor(
    private readonly parts: Pick<Parts, 'board' | 'engine' | 'runs' | 'notify' | 'clock' | 'appVersion'>,
  ) {}

  /** The race that they are of, or null. */
  get runId(): string | null {
    return this.live?.runId ?? null;
  }

  /**
   * Names their race to a worker, which brings its models back when they are next used. One that has them does nothing.
   */
  async adopt(): Promise<void> {
    if (!this.live) return;
    const { runId, config } = this.live;
    // A worker that dies meanwhile is the recovery's to report.
    await this.parts.engine.api.adopt(runId, config).catch(() => {});
  }

  /** Begins and shows those of a race that is about to train. */
  begin(runId: string, config: ExperimentConfig, dataset: RaceResult['dataset']): void {
    this.live = new LiveRace(runId, config, dataset, this.parts.appVersion);
    this.parts.board.setState({ ownRace: true });
    this.show();
  }

  /** Takes one event of the race in. */
  take(event: RaceEvent): void {
    if (!this.live?.apply(event)) return;
    if (event.type !== 'result') return this.renew();
    this.draw();
    this.save(event.result);
  }

  /** The race has ended without a result of its own: what there is of it stays, and is saved. */
  end(status: 'failed' | 'stopped'): void {
    if (!this.live || this.live.isOver) return;
    this.live.end(status);
    this.draw();
    this.save(this.live.snapshot());
  }

  /** Shows them, whatever was shown before; does nothing where there are none. */
  show(): void {
    if (!this.live) return;
    this.parts.board.setState({ shown: 'live', shownName: '', view: this.live.snapshot() });
  }

  /** Forgets them. What is on the page stays there, up to the last event. */
  drop(): void {
    this.draw();
    this.live = null;
  }

  private renew(): void {
    this.cancelRenewal ??= this.parts.clock.after(RENEW_MS, () => this.draw());
  }

  /** Draws them now, unless another run is shown. */
  private draw(): void {
    this.cancelRenewal?.();
    this.cancelRenewal = null;
    const { board } = this.parts;
    if (this.live && board.getState().shown === 'live') board.setState({ view: this.live.snapshot() });
  }

  private save(result: RaceResult): void {
    if (result.status === 'failed' && result.runs.every((r) => r.curves.length === 0)) return;
    const { runs, notify } = this.parts;
    runs.save(result).catch((error: unknown) => notify('warning', errorMessage(error)));
  }
}
