/** Pause, step, stop: checked by the race between units of work. */

/** Thrown inside a race when the visitor stopped it. */
export class RaceStopped extends Error {
  constructor() {
    super('The race was stopped.');
  }
}

/** Thrown when the device on which the race ran is gone; the message says how. */
export class RaceInterrupted extends Error {}

/** What has been pressed, or has happened, for an executor whose lanes are elsewhere. */
export type Command = 'pause' | 'resume' | 'step' | 'stop' | 'interrupt';

export class RaceControl {
  /** Why the device is gone, or null. */
  interrupted: string | null = null;
  private paused = false;
  private stopped = false;
  private stepsAllowed = 0;
  private holds = 0;
  /** Within a round that was let through while paused: the race runs up to the next round. */
  private stepping = false;
  private wake: (() => void) | null = null;
  private readonly listeners = new Set<(command: Command) => void>();
  /** Told when the race really stands still, and when it moves on. */
  onPause: (paused: boolean) => void = () => {};

  /** `listener` hears of each command that takes effect, until the function returned is called. */
  listen(listener: (command: Command) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(command: Command): void {
    this.wake?.();
    for (const listener of this.listeners) listener(command);
  }

  pause(): void {
    this.paused = true;
    this.stepping = false;
    this.changed('pause');
  }

  resume(): void {
    this.paused = false;
    this.stepsAllowed = 0;
    this.stepping = false;
    this.changed('resume');
  }

  /** While paused: lets one round of training steps through, and what else lies before the next round. */
  allowStep(): void {
    if (!this.paused) return;
    this.stepsAllowed++;
    this.changed('step');
  }

  stop(): void {
    this.stopped = true;
    this.changed('stop');
  }

  /** The device is gone: ends the race at the next yield point with RaceInterrupted. */
  interrupt(reason: string): void {
    this.interrupted ??= reason;
    this.changed('interrupt');
  }

  /**
   * Keeps the race at its next yield point, without telling it as a pause, until the function returned is called: what
   * looks at its models for longer than one pass sees the same weights throughout.
   */
  hold(): () => void {
    this.holds++;
    let held = true;
    return () => {
      if (held) this.holds--;
      held = false;
      this.wake?.();
    };
  }

  get isPaused(): boolean {
    return this.paused;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** The models are being looked at: see `hold`. */
  get isHeld(): boolean {
    return this.holds > 0;
  }

  /** Throws RaceStopped or RaceInterrupted where the race has come to its end. */
  throwIfEnded(): void {
    if (this.interrupted !== null) throw new RaceInterrupted(this.interrupted);
    if (this.stopped) throw new RaceStopped();
  }

  /**
   * Before a round of training steps: as `yieldPoint(true)`, but false at once where that would wait for the end of a
   * pause.
   */
  async mayBeginRound(): Promise<boolean> {
    await yieldToEventLoop();
    this.stepping = false;
    this.throwIfEnded();
    return !this.paused || this.mayPass(true);
  }

  /**
   * Between two pieces of work: lets messages in, waits while paused, throws RaceStopped or RaceInterrupted. `round`:
   * a round of training steps begins.
   */
  async yieldPoint(round = false): Promise<void> {
    await yieldToEventLoop();
    if (round) this.stepping = false;
    let announced = false;
    const waits = () => this.holds > 0 || (this.paused && !this.mayPass(round));
    while (!this.stopped && this.interrupted === null && waits()) {
      if (this.paused && !announced) {
        this.onPause(true);
        announced = true;
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
    }
    if (announced && !this.paused) this.onPause(false);
    this.throwIfEnded();
  }

  /** While paused: an allowed step passes to the next round, and through it to its end. */
  private mayPass(round: boolean): boolean {
    if (!round) return this.stepping || this.stepsAllowed > 0;
    if (this.stepsAllowed === 0) return false;
    this.stepsAllowed--;
    this.stepping = true;
    return true;
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
