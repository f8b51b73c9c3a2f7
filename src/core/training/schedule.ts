/** Learning rate as a pure function of progress. */
import type { ExperimentConfig } from '../settings/config.ts';

/** Share of the run over which `one-cycle` rises from 0 to its peak; it then falls linearly to 0. */
const ONE_CYCLE_RISE = 0.2;
const STEP_FACTOR = 0.1;

/** Rate of step `step` (0-based) of `total`. `step` schedules drop by 0.1 at each milestone (fractions of the run). */
export function learningRateAt(
  optimiser: ExperimentConfig['optimiser'],
  step: number,
  total: number,
): number {
  const { learningRate, schedule, milestones } = optimiser;
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'step':
      return learningRate * STEP_FACTOR ** milestones.filter((m) => step >= m * total).length;
    case 'cosine':
      return (learningRate / 2) * (1 + Math.cos((Math.PI * step) / total));
    case 'one-cycle': {
      // step + 1, so that the first step already learns and the last is not exactly 0 before the run ends.
      const t = (step + 1) / (total + 1);
      return learningRate * Math.min(t / ONE_CYCLE_RISE, (1 - t) / (1 - ONE_CYCLE_RISE));
    }
    default:
      throw new Error(`Unknown schedule '${String(schedule satisfies never)}'.`);
  }
}
