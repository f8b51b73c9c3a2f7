/** The robustness report of models: pause, stop and time left around core's report. */
import type { RobustnessOptions } from '../core/judge/plan.ts';
import type { RobustnessReport } from '../core/result/stress-report.ts';
import { ReportStopped, robustnessReport } from '../core/judge/run.ts';
import { RaceStopped, type RaceControl } from '../core/race/control.ts';
import type { JobProgress } from './api.ts';
import type { Subjects } from './subjects.ts';

/** Progress crosses to the page at most this often, in milliseconds. */
const INTERVAL = 250;

export async function judge(
  { models, images }: Subjects,
  options: RobustnessOptions,
  control: RaceControl,
  onProgress: (p: JobProgress) => void,
): Promise<RobustnessReport> {
  let spent = 0;
  let last = performance.now();
  let sent = -Infinity;
  let rowsSent = 0;
  return robustnessReport(models, images, options, async ({ done, total, what, rows }) => {
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
