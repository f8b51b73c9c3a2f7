/**
 * The result of a race while it runs, built from its events with the same functions that the worker uses
 * (core/race/race-log.ts).
 */
import type { RaceEvent } from '../../core/race/events.ts';
import { apply, ended, start } from '../../core/race/race-log.ts';
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import type { Build, RaceResult } from '../../core/result/results.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';

export class LiveRace {
  private result: RaceResult;
  private over = false;
  private report: RobustnessReport | null = null;
  private status: 'failed' | 'stopped' = 'stopped';

  constructor(
    readonly runId: string,
    readonly config: ExperimentConfig,
    dataset: RaceResult['dataset'],
    build: Build,
  ) {
    this.result = start({ config, backend: 'cpu', device: '', dataset, ...build });
  }

  /** Applies one event; ignores those of other races. Returns whether the result changed. */
  apply(event: RaceEvent): boolean {
    if (event.runId !== this.runId) return false;
    const before = this.result;
    this.result = apply(before, event);
    // A report is of the models as they were.
    if (this.result !== before) this.report = null;
    if (event.type === 'result') this.over = true;
    return this.result !== before;
  }

  /** Whether the race's final result has arrived. */
  get isOver(): boolean {
    return this.over;
  }

  /** The report of a stress test of the models as they are now, which snapshots hold until training goes on. */
  attach(report: RobustnessReport): void {
    this.report = report;
  }

  /** The race will send no result: snapshots have this status from now on. */
  end(status: 'failed' | 'stopped'): void {
    this.status = status;
  }

  /** The result so far. A run is a new object if it has changed since the last snapshot, else the same object. */
  snapshot(): RaceResult {
    const result = this.over ? this.result : ended(this.result, this.status);
    return this.report ? { ...result, report: this.report } : result;
  }
}
