/** What follows when the worker has died under a race, and the sentence that says so. */
import type { RaceSummary } from '../../worker/race-summary.ts';

/** How often a race is started again by itself after its worker died. */
const RETRIES = 2;

export interface AfterCrash {
  /** The race is started again from its last kept state, or from the beginning. Null: it ends as failed. */
  readonly next: 'resume' | 'anew' | null;
  /** What happened and what happens next. */
  readonly message: string;
}

/** Counts the crashes of one race: of the last that crashed. */
export class Crashes {
  private runId = '';
  private count = 0;

  /** The visitor starts or resumes a race: it has all its retries again. */
  startAnew(): void {
    this.runId = '';
  }

  /** `why`: a sentence. `kept`: what is kept of the race, or null. */
  after(runId: string, why: string, kept: Pick<RaceSummary, 'stepsTotal'> | null): AfterCrash {
    this.count = runId === this.runId ? this.count + 1 : 1;
    this.runId = runId;
    const hasState = kept !== null && kept.stepsTotal > 0;
    if (this.count <= RETRIES)
      return {
        // A race that has begun is resumed even if no state was kept: the worker then starts it from the beginning.
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
