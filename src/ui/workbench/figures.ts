/** The figures of the visit's own race: collected while it runs, shown once a second, and saved when it ends. */
import { errorMessage } from '../../core/error-message.ts';
import type { RaceEvent } from '../../core/race/events.ts';
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { withStyles } from '../charts/identity.ts';
import { LiveRace } from './live-race.ts';
import type { Parts } from './parts.ts';

/** Milliseconds between updates of the charts. */
const RENEW_MS = 1000;

export class Figures {
  private live: LiveRace | null = null;
  private cancelRenewal: (() => void) | null = null;

  constructor(
    private readonly parts: Pick<Parts, 'board' | 'engine' | 'runs' | 'notify' | 'clock' | 'build'>,
  ) {}

  /** Id of the race that the figures belong to, or null. */
  get runId(): string | null {
    return this.live?.runId ?? null;
  }

  /** The race that the figures belong to, which `takeBack` makes the visit's own again. */
  get race(): LiveRace | null {
    return this.live;
  }

  /** Replaces the figures by those of an earlier race, or by none, and shows nothing. */
  takeBack(race: LiveRace | null): void {
    this.cancelRenewal?.();
    this.cancelRenewal = null;
    this.live = race;
    this.parts.board.setState({ ownRace: race !== null });
  }

  /**
   * Tells the worker which race the figures belong to, so that it restores that race's models when they are next used.
   * A worker that has the models does nothing.
   */
  async adopt(): Promise<void> {
    if (!this.live) return;
    const { runId, config } = this.live;
    // Ignore a rejection: if the worker dies, the workbench's `recover` reports it.
    await this.parts.engine.api.adopt(runId, config).catch(() => {});
  }

  /** Begins the figures of a race that is about to train, and shows them. */
  begin(runId: string, config: ExperimentConfig, dataset: RaceResult['dataset']): void {
    this.live = new LiveRace(runId, config, dataset, this.parts.build);
    this.parts.board.setState({ ownRace: true });
    this.show();
  }

  /** Applies one event of the race. */
  take(event: RaceEvent): void {
    if (!this.live?.apply(event)) return;
    if (event.type !== 'result') return this.renew();
    this.draw();
    this.save();
  }

  /** Called when the race ended without sending a result: keeps and saves the figures so far. */
  end(status: 'failed' | 'stopped'): void {
    if (!this.live || this.live.isOver) return;
    this.live.end(status);
    this.draw();
    this.save();
  }

  /** Adds a stress test's report to the result of race `runId` and saves it; does nothing if that race is gone. */
  keepReport(runId: string, report: RobustnessReport): void {
    if (this.live?.runId !== runId) return;
    this.live.attach(report);
    this.draw();
    this.save();
  }

  /** Shows the figures in place of what was shown before; does nothing if there are none. */
  show(): void {
    if (!this.live) return;
    this.parts.board.setState({ shown: 'live', shownName: '', view: withStyles(this.live.snapshot()) });
  }

  /** Forgets the figures, after showing those of the last event, which stay on the page. */
  drop(): void {
    this.draw();
    this.live = null;
  }

  private renew(): void {
    this.cancelRenewal ??= this.parts.clock.after(RENEW_MS, () => this.draw());
  }

  /** Shows the latest figures now, unless another run is shown. */
  private draw(): void {
    this.cancelRenewal?.();
    this.cancelRenewal = null;
    const { board } = this.parts;
    if (this.live && board.getState().shown === 'live')
      board.setState({ view: withStyles(this.live.snapshot()) });
  }

  private save(): void {
    const result = this.live!.snapshot();
    if (result.status === 'failed' && result.runs.every((r) => r.curves.length === 0)) return;
    const { runs, notify } = this.parts;
    runs.save(result).catch((error: unknown) => notify('warning', errorMessage(error)));
  }
}
