/** The line under the progress bar. */
import type { RaceEvent, RaceState } from '../../core/race/events.ts';
import { duration } from '../shared/format.ts';

export const RACE_WORDS: Readonly<Record<RaceState, string>> = {
  preparing: 'Preparing',
  running: 'Training',
  paused: 'Paused',
  evaluating: 'Final evaluation',
  complete: 'Complete',
  stopped: 'Stopped',
  failed: 'Failed',
};

type Progress = Omit<Extract<RaceEvent, { type: 'progress' }>, 'type' | 'runId'>;

function speed(imagesPerSecond: number): string | null {
  if (!(imagesPerSecond > 0)) return null;
  const digits = imagesPerSecond < 10 ? imagesPerSecond.toPrecision(2) : imagesPerSecond.toFixed(0);
  return `${Number(digits)} images/s`;
}

/** `epoch 3 of 8` in training; `before epoch 1` or `after epoch 3 of 8` in an evaluation. */
function where({ epoch, phase }: Progress, epochs: number): string {
  if (phase === 'train') return `epoch ${Math.min(epoch + 1, epochs)} of ${epochs}`;
  return epoch === 0 ? 'before epoch 1' : `after epoch ${Math.min(epoch, epochs)} of ${epochs}`;
}

/**
 * The line without parts that are unknown. `epochs`: the race's number of epochs. `working`: the race is active, so
 * that a time left is shown.
 */
export function progressWords(progress: Progress, epochs: number, working: boolean): string {
  const { seed, stepsDone, stepsTotal, phase, contestant, imagesPerSecond, secondsLeft } = progress;
  const left =
    !working || secondsLeft === null
      ? null
      : secondsLeft < 1
        ? 'almost done'
        : `about ${duration(secondsLeft)} left`;
  return [
    seed === undefined ? null : `seed ${seed}`,
    where(progress, epochs),
    `step ${stepsDone.toLocaleString('en')} of ${stepsTotal.toLocaleString('en')}`,
    `${phase === 'train' ? 'training' : 'evaluating'} ${contestant}`,
    speed(imagesPerSecond),
    left,
  ]
    .filter((part) => part !== null)
    .join(', ');
}
