import { deviceIdle, isAsynchronous } from '../backend/device-idle.ts';

/**
 * On a GPU one step in this many is timed, since waiting for every step would leave the GPU idle in between. The number
 * is prime, so that steps that measure gradient conflict, every 4th or 8th, are timed in proportion.
 */
const TIMED_EVERY = 7;

/**
 * Measures the seconds that one contestant's steps take. The steps of several contestants may wait in the GPU's queue,
 * so a timed step starts and ends with an idle device: it must not include another contestant's work.
 */
export class StepClock {
  private steps = 0;
  private timed = { steps: 0, seconds: 0 };

  /** `before`: the seconds of earlier steps, in a resumed race. */
  constructor(private readonly before = 0) {}

  async run(step: () => Promise<void>): Promise<void> {
    // Not the first step, which compiles shaders.
    const timed = !isAsynchronous() || this.steps % TIMED_EVERY === 1;
    this.steps++;
    if (!timed) return step();
    await deviceIdle();
    const started = performance.now();
    await step();
    await deviceIdle();
    this.timed.seconds += (performance.now() - started) / 1000;
    this.timed.steps++;
  }

  /** Seconds of all steps, each counted as the mean of the timed ones; only `before` until a step is timed. */
  get seconds(): number {
    const { steps, seconds } = this.timed;
    return this.before + (steps > 0 ? (this.steps * seconds) / steps : 0);
  }
}
