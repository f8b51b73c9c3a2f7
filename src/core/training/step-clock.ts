import { deviceIdle, isAsynchronous } from '../backend/device-idle.ts';

/**
 * On a GPU one step in so many is timed: to wait for each would leave the GPU idle in between. Prime, so that steps
 * that measure the gradient conflict, every 4th or 8th, come in with their share.
 */
const TIMED_EVERY = 7;

/**
 * Seconds that one contestant's steps take. A GPU has the steps of several contestants before it when JavaScript goes
 * on: a timed step starts on an idle device and ends on one, so that nobody pays for another's work.
 */
export class StepClock {
  private steps = 0;
  private timed = { steps: 0, seconds: 0 };

  /** `before`: seconds of the steps before this clock, when a race goes on. */
  constructor(private readonly before = 0) {}

  async run(step: () => Promise<void>): Promise<void> {
    // The first step compiles shaders.
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

  /** Of all steps so far: the timed ones' mean stands for the others. 0 before the first timed one. */
  get seconds(): number {
    const { steps, seconds } = this.timed;
    return this.before + (steps > 0 ? (this.steps * seconds) / steps : 0);
  }
}
