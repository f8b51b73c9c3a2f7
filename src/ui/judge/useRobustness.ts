import { useCallback, useRef, useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import type { RobustnessOptions } from '../../core/judge/plan.ts';
import type { RobustnessReport, RobustnessRow } from '../../core/judge/report.ts';
import type { EngineApi, JobProgress } from '../../worker/api.ts';
import { partialReport } from './rows.ts';

interface State {
  /** The race and step whose models were judged: beside others, a report is marked as that of earlier models. */
  readonly race: string | null;
  readonly running: boolean;
  readonly paused: boolean;
  readonly stopping: boolean;
  readonly progress: JobProgress | null;
  /** Rows finished while the report is being made. */
  readonly rows: readonly RobustnessRow[];
  readonly report: RobustnessReport | null;
  readonly error: string | null;
}

const IDLE: State = {
  race: null,
  running: false,
  paused: false,
  stopping: false,
  progress: null,
  rows: [],
  report: null,
  error: null,
};

type Api = Pick<EngineApi, 'robustness' | 'pauseJob' | 'resumeJob' | 'stopJob'>;

export interface Robustness extends State {
  readonly run: (race: string, options: RobustnessOptions) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
}

const say = (error: unknown): string => errorMessage(error);

/** One report at a time; stopping keeps what was reached, marked as partial by the engine. */
export function useRobustness(api: () => Api): Robustness {
  const [state, setState] = useState<State>(IDLE);
  const busy = useRef(false);

  const run = useCallback(
    (race: string, options: RobustnessOptions) => {
      if (busy.current) return;
      busy.current = true;
      setState({ ...IDLE, race, running: true });
      const onProgress = (progress: JobProgress) =>
        setState((s) =>
          s.running ? { ...s, progress, rows: progress.rows ? [...s.rows, ...progress.rows] : s.rows } : s,
        );
      void (async () => {
        try {
          const report = await api().robustness(options, onProgress);
          setState({ ...IDLE, race, report });
        } catch (error) {
          // The rows reached stay, as a partial report under the reason for the end.
          setState(({ rows }) => ({
            ...IDLE,
            race,
            report: rows.length > 0 ? partialReport(options, rows) : null,
            error: say(error),
          }));
        } finally {
          busy.current = false;
        }
      })();
    },
    [api],
  );

  const tell = useCallback(
    (method: 'pauseJob' | 'resumeJob' | 'stopJob', change: Partial<State>) => {
      if (!busy.current) return;
      setState((s) => ({ ...s, ...change }));
      api()
        [method]()
        .catch((error: unknown) => setState((s) => ({ ...s, stopping: false, error: say(error) })));
    },
    [api],
  );
  const pause = useCallback(() => tell('pauseJob', { paused: true }), [tell]);
  const resume = useCallback(() => tell('resumeJob', { paused: false }), [tell]);
  const stop = useCallback(() => tell('stopJob', { stopping: true, paused: false }), [tell]);
  return { ...state, run, pause, resume, stop };
}
