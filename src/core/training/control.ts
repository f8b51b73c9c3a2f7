/** Pause, step, stop: checked by the race between units of work. */

/** Thrown inside a race when the visitor stopped it. */
export class RaceStopped extends Error {
  constructor() {
    super('The race was stopped.');
  }
}

export class RaceControl {
  private paused = false;
  private stopped = false;
  private stepsAllowed = 0;
  private wake: (() => void) | null = null;
  /** Told when the race really stands still, and when it moves on. */
  onPause: (paused: boolean) => void = () => {};

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.stepsAllowed = 0;
    this.wake?.();
  }

  /** While paused: lets one round of training steps through. */
  allowStep(): void {
    this.stepsAllowed++;
    this.wake?.();
  }

  stop(): void {
    this.stopped = true;
    this.wake?.();
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** Between two pieces of work: lets messages in, waits while paused, throws RaceStopped. `step`: this piece is a training round. */
  async checkpoint(step = false): Promise<void> {
    await yieldToEventLoop();
    let announced = false;
    while (this.paused && !this.stopped) {
      if (step && this.stepsAllowed > 0) {
        this.stepsAllowed--;
        break;
      }
      if (!announced) this.onPause(true);
      announced = true;
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
    }
    if (announced && !this.paused) this.onPause(false);
    if (this.stopped) throw new RaceStopped();
  }
}

/** A macrotask without the 4 ms clamp of nested timers, so that the worker answers messages between steps. */
function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
