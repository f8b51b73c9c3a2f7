/** The stress test of the models in the worker. Makes at most one report at a time; shows its rows as they come. */
import { errorMessage } from '../../core/error-message.ts';
import type { RobustnessOptions } from '../../core/judge/plan.ts';
import type { RobustnessReport, RobustnessRow } from '../../core/result/stress-report.ts';
import type { EngineApi, JobProgress } from '../../worker/api.ts';
import type { TestImages } from '../../worker/viewer.ts';
import { partialReport } from './rows.ts';

export interface StressTestState {
  /** Race and step of the tested models. Beside other models, the page marks the report as of earlier models. */
  readonly models: string | null;
  readonly running: boolean;
  readonly paused: boolean;
  readonly stopping: boolean;
  readonly progress: JobProgress | null;
  /** Finished rows of the report that is being made; empty once there is a report. */
  readonly rows: readonly RobustnessRow[];
  readonly report: RobustnessReport | null;
  /** Why the report ended early or could not be made, or null. */
  readonly error: string | null;
}

export const IDLE: StressTestState = {
  models: null,
  running: false,
  paused: false,
  stopping: false,
  progress: null,
  rows: [],
  report: null,
  error: null,
};

export type StressTestApi = Pick<EngineApi, 'robustness' | 'pauseJob' | 'resumeJob' | 'stopJob'>;

export class StressTest {
  private state = IDLE;
  /** Counts runs, so that late progress of an earlier one is ignored. */
  private runs = 0;

  /** `show` is called at every change. */
  constructor(
    private readonly api: StressTestApi,
    private readonly show: (state: StressTestState) => void,
  ) {}

  /** Resolves to the report, null if there is none. Does nothing while a test runs. Never rejects. */
  readonly run = async (
    models: string,
    options: RobustnessOptions,
    images?: TestImages,
  ): Promise<RobustnessReport | null> => {
    if (this.state.running) return null;
    const run = ++this.runs;
    this.change({ ...IDLE, models, running: true });
    try {
      const report = await this.api.robustness(
        options,
        (progress) => {
          if (run === this.runs && this.state.running)
            this.change({ progress, rows: [...this.state.rows, ...(progress.rows ?? [])] });
        },
        images,
      );
      this.change({ ...IDLE, models, report });
      return report;
    } catch (error) {
      // Keep the finished rows as a partial report beside the error.
      const { rows } = this.state;
      const report = rows.length > 0 ? partialReport(options, rows) : null;
      this.change({ ...IDLE, models, report, error: errorMessage(error) });
      return report;
    }
  };

  readonly pause = (): void => this.tell('pauseJob', { paused: true });

  readonly resume = (): void => this.tell('resumeJob', { paused: false });

  /** Ends the test after the current pass. The engine returns the finished rows as a partial report. */
  readonly stop = (): void => this.tell('stopJob', { stopping: true, paused: false });

  private tell(method: 'pauseJob' | 'resumeJob' | 'stopJob', change: Partial<StressTestState>): void {
    if (!this.state.running) return;
    const { paused, stopping } = this.state;
    const run = this.runs;
    this.change(change);
    this.api[method]().catch((error: unknown) => {
      // The order failed, so that the test runs on. If it has ended meanwhile, its end is shown already.
      if (run === this.runs && this.state.running)
        this.change({ paused, stopping, error: errorMessage(error) });
    });
  }

  private change(change: Partial<StressTestState>): void {
    this.state = { ...this.state, ...change };
    this.show(this.state);
  }
}
