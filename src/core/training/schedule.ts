/** The learning rate as a pure function of the step. */
import type { EpochRate } from '../methods/method-info.ts';
import type { ExperimentConfig } from '../settings/config.ts';

/** Share of the run over which `one-cycle` rises from 0 to its peak; it then falls linearly to 0. */
const ONE_CYCLE_RISE = 0.2;
const STEP_FACTOR = 0.1;

/**
 * Learning rate of step `step`, from 0, of `total`. The schedule `step` multiplies it by 0.1 at each milestone, a share
 * of the run; `official` gives each epoch the rate of the method's official code, `officialRate`.
 */
export function learningRateAt(
  optimiser: ExperimentConfig['optimiser'],
  step: number,
  total: number,
  officialRate: EpochRate,
): number {
  const { learningRate, schedule, milestones, epochs } = optimiser;
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'step':
      return learningRate * STEP_FACTOR ** milestones.filter((m) => step >= m * total).length;
    case 'official':
      return officialRate(Math.floor((step * epochs) / total) + 1, learningRate);
    case 'cosine':
      return (learningRate / 2) * (1 + Math.cos((Math.PI * step) / total));
    case 'one-cycle': {
      // step + 1 and total + 1, so that neither the first nor the last step has rate 0.
      const t = (step + 1) / (total + 1);
      return learningRate * Math.min(t / ONE_CYCLE_RISE, (1 - t) / (1 - ONE_CYCLE_RISE));
    }
    default:
      throw new Error(`Unknown schedule '${String(schedule satisfies never)}'.`);
  }
}
