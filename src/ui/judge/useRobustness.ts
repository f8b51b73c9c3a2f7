import { useCallback, useRef, useState } from 'react';
import type { EngineApi, JobProgress, RobustnessReport } from '../../worker/api.ts';
import type { JudgeOptions } from './JudgeView.tsx';

interface State {
  /** The race whose models were judged: a report is never shown beside other models. */
  readonly race: string | null;
  readonly running: boolean;
  readonly stopping: boolean;
  readonly progress: JobProgress | null;
  readonly report: RobustnessReport | null;
  readonly error: string | null;
}

const IDLE: State = {
  race: null,
  running: false,
  stopping: false,
  progress: null,
  report: null,
  error: null,
};
/** Progress reaches the page at most this often, in milliseconds. */
const PROGRESS_EVERY = 250;

type Api = Pick<EngineApi, 'robustness' | 'stopJob'>;

export interface Robustness extends State {
  readonly run: (race: string, options: JudgeOptions) => void;
  readonly stop: () => void;
}

/** One report at a time; stopping keeps what was reached, marked as partial by the engine. */
export function useRobustness(api: () => Api | Promise<Api>): Robustness {
  const [state, setState] = useState<State>(IDLE);
  const busy = useRef(false);

  const run = useCallback(
    (race: string, options: JudgeOptions) => {
      if (busy.current) return;
      busy.current = true;
      let last = 0;
      // The last report stays until the new one is there.
      setState((s) => ({
        ...(s.race === race ? s : IDLE),
        race,
        running: true,
        stopping: false,
        progress: null,
        error: null,
      }));
      const onProgress = (progress: JobProgress) => {
        const now = performance.now();
        if (now - last < PROGRESS_EVERY && progress.done < progress.total) return;
        last = now;
        setState((s) => (s.running ? { ...s, progress } : s));
      };
      void (async () => {
        try {
          const report = await (await api()).robustness(options, onProgress);
          setState((s) => ({ ...s, running: false, stopping: false, progress: null, report }));
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          setState((s) => ({ ...s, running: false, stopping: false, progress: null, error: message }));
        } finally {
          busy.current = false;
        }
      })();
    },
    [api],
  );

  const stop = useCallback(() => {
    if (!busy.current) return;
    setState((s) => ({ ...s, stopping: true }));
    void (async () => {
      try {
        await (await api()).stopJob();
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        setState((s) => ({ ...s, stopping: false, error: message }));
      }
    })();
  }, [api]);

  return { ...state, run, stop };
}
