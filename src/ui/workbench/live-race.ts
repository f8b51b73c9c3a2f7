/**
 * A race while it runs: its events in, its result so far out. The fold itself is the race's own
 * (core/race/race-log.ts).
 */
import type { RaceEvent } from '../../core/race/events.ts';
import { apply, ended, start } from '../../core/race/race-log.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';

export class LiveRace {
  private result: RaceResult;
  private over = false;
  private status: 'failed' | 'stopped' = 'stopped';

  constructor(
    readonly runId: string,
    readonly config: ExperimentConfig,
    dataset: RaceResult['dataset'],
    appVersion: string,
  ) {
    this.result = start({ config, backend: 'cpu', device: '', dataset, appVersion });
  }

  /** Takes one event in; events of other races are ignored. True when the charts change. */
  apply(event: RaceEvent): boolean {
    if (event.runId !== this.runId) return false;
    const before = this.result;
    this.result = apply(before, event);
    if (event.type === 'result') this.over = true;
    return this.result !== before;
  }

  /** Whether the race's own result has come. */
  get isOver(): boolean {
    return this.over;
  }

  /** The race will send no result: what there is so far is all, with this status. */
  end(status: 'failed' | 'stopped'): void {
    this.status = status;
  }

  /**
   * What there is so far. A run that has changed since the last snapshot is a new object, one that has not is the same.
   */
  snapshot(): RaceResult {
    return this.over ? this.result : ended(this.result, this.status);
  }
}
