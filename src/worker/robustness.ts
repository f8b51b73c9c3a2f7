/** The robustness report of a race's models: pause, stop and time left around core's report. */
import type { RobustnessOptions } from '../core/judge/plan.ts';
import type { RobustnessReport } from '../core/judge/report.ts';
import { ReportStopped, robustnessReport } from '../core/judge/run.ts';
import { RaceStopped, type RaceControl } from '../core/race/control.ts';
import type { Race } from '../core/race/race.ts';
import type { JobProgress } from './api.ts';

/** Progress crosses to the page at most this often, in milliseconds. */
const INTERVAL = 250;

export async function judge(
  race: Race,
  options: RobustnessOptions,
  control: RaceControl,
  onProgress: (p: JobProgress) => void,
): Promise<RobustnessReport> {
  const trained = await race.models();
  const models = trained.map(({ contestant, logits, evaluated }) => ({
    label: contestant.label,
    logits,
    classes: evaluated.classes,
    // Of the network that is judged, which for weight averaging is not the one that is trained.
    buffers: evaluated.buffers,
  }));
  let spent = 0;
  let last = performance.now();
  let sent = -Infinity;
  let rowsSent = 0;
  return robustnessReport(models, race.data.test, options, async ({ done, total, what, rows }) => {
    spent += performance.now() - last;
    // A finished row crosses at once: it must not be lost with the worker.
    if (rows.length > rowsSent || performance.now() - sent > INTERVAL) {
      sent = performance.now();
      const secondsLeft = done > 0 ? (spent * (total - done)) / done / 1000 : null;
      const fresh = rows.length > rowsSent ? rows.slice(rowsSent) : null;
      rowsSent = rows.length;
      onProgress({ done, total, what, secondsLeft, rows: fresh });
    }
    try {
      await control.yieldPoint();
    } catch (error) {
      throw error instanceof RaceStopped ? new ReportStopped() : error;
    }
    // Time spent in a pause is not work.
    last = performance.now();
  });
}
