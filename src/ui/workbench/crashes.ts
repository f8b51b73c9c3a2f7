/** Decides what happens to a race after its worker died, and words the message about it. */
import type { RaceSummary } from '../../worker/race-summary.ts';

/** How many times a race is restarted automatically after its worker died. */
const RETRIES = 2;

export interface AfterCrash {
  /** Restart from the last kept state or from the beginning; null: the race ends as failed. */
  readonly next: 'resume' | 'anew' | null;
  /** What happened and what happens next. */
  readonly message: string;
}

/** Counts the crashes of the race that crashed last; a crash of another race starts the count again. */
export class Crashes {
  private runId = '';
  private count = 0;

  /** Called when the visitor starts or resumes a race: its crashes are counted from 0. */
  startAnew(): void {
    this.runId = '';
  }

  /** Counts a crash. `why`: one sentence about it. `kept`: the summary of the race's kept state, or null. */
  after(runId: string, why: string, kept: Pick<RaceSummary, 'stepsTotal'> | null): AfterCrash {
    this.count = runId === this.runId ? this.count + 1 : 1;
    this.runId = runId;
    const hasState = kept !== null && kept.stepsTotal > 0;
    if (this.count <= RETRIES)
      return {
        // A summary without a state (0 steps in total): resume, and the worker starts the race from the beginning.
        next: kept === null ? 'anew' : 'resume',
        message: hasState
          ? `${why} The race goes on from its last kept state.`
          : `${why} The race starts again from the beginning: no state of it had been kept yet.`,
      };
    const next = hasState
      ? 'Resume it from its last kept state, or choose another backend or smaller settings and press Train.'
      : 'Choose another backend or smaller settings and press Train.';
    return {
      next: null,
      message: `${why} This was crash ${this.count} of this race, which ends here. ${next}`,
    };
  }
}
