import { useState } from 'react';
import { IDLE, StressTest, type StressTestApi, type StressTestState } from './stress-test.ts';

export interface Robustness extends StressTestState, Pick<StressTest, 'run' | 'pause' | 'resume' | 'stop'> {}

/** The stress test of this section. `api` must not change. */
export function useRobustness(api: StressTestApi): Robustness {
  const [state, show] = useState(IDLE);
  const [test] = useState(() => new StressTest(api, show));
  const { run, pause, resume, stop } = test;
  return { ...state, run, pause, resume, stop };
}
