/** The workers of a race on several cores: starts them, watches them and starts others in their place. */
import { errorMessage } from '../error-message.ts';
import type { Arithmetic } from '../backend/arithmetic.ts';
import type { BackendName } from '../settings/config.ts';
import { patienceFor, Watchdog } from './watchdog.ts';
import type { LanePlan } from './lane.ts';
import type { FromLaneWorker, LaneWorker, OpenLaneWorker, Started, ToLaneWorker } from './lane-protocol.ts';

export interface CrewOptions {
  readonly open: OpenLaneWorker;
  /** Every worker has to compute with these, or the digits would depend on the worker. */
  readonly backend: BackendName;
  readonly arithmetic: Arithmetic;
  /** Threads of each worker's backend, where threads can share memory; default 1. */
  readonly threads?: number;
  /** A worker that is not ready after this time is given up. */
  readonly patienceMs?: number;
  /** Between two questions to a worker whether it still works. */
  readonly heartbeatMs?: number;
  /** How long a worker that trains a lane may make no progress; tests give their own. */
  readonly silenceMs?: (plan: LanePlan) => number;
}

const PATIENCE_MS = 60_000;

/** One started worker. */
export class Member {
  onMessage: (message: FromLaneWorker) => void = () => {};
  onDeath: (why: string) => void = () => {};
  /** Why it is gone, or null. */
  dead: string | null = null;
  private readonly worker: LaneWorker;
  private readonly watchdog: Watchdog;

  constructor(open: OpenLaneWorker, heartbeatMs?: number) {
    this.watchdog = new Watchdog(
      () => this.post({ type: 'ping' }),
      (why) => this.die(why),
      heartbeatMs,
    );
    this.worker = open({
      message: (message) => this.hear(message),
      died: (why) => this.die(why),
    });
  }

  private hear(message: FromLaneWorker): void {
    if (this.dead !== null) return;
    if (message.type === 'alive') this.watchdog.answered(message.work);
    else this.onMessage(message);
  }

  /** From now on it dies when it has made no progress for `patienceMs`. */
  watch(patienceMs: number): void {
    this.watchdog.patienceMs = patienceMs;
    this.watchdog.start();
  }

  post(message: ToLaneWorker): void {
    if (this.dead === null) this.worker.post(message);
  }

  /** Ends it at once, and reports it as dead. */
  die(why: string): void {
    if (this.dead !== null) return;
    this.dead = why;
    this.watchdog.stop();
    this.worker.terminate();
    this.onDeath(why);
  }
}

export class Crew {
  readonly members = new Set<Member>();
  private constructor(private readonly options: CrewOptions) {}

  /** As many of `count` workers as can be started. Rejects with the reason of one of them where none can. */
  static async start(count: number, options: CrewOptions): Promise<Crew> {
    const crew = new Crew(options);
    const starts = await Promise.allSettled(Array.from({ length: count }, () => crew.hire()));
    const refused = starts.find((s) => s.status === 'rejected');
    if (refused && crew.members.size === 0) throw refused.reason;
    return crew;
  }

  /** Starts one more worker. Rejects where it does not become ready. */
  async hire(): Promise<Member> {
    const { open, backend, arithmetic, threads = 1, patienceMs = PATIENCE_MS, heartbeatMs } = this.options;
    const member = new Member(open, heartbeatMs);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const started = await new Promise<Started>((resolve, reject) => {
        const refuse = (why: string) => reject(new Error(why));
        timer = setTimeout(() => refuse(`it was not ready after ${patienceMs / 1000} s`), patienceMs);
        member.onDeath = refuse;
        if (member.dead !== null) refuse(member.dead);
        member.onMessage = (message) => {
          if (message.type === 'ready') resolve(message);
          if (message.type === 'failed') refuse(message.message);
        };
        member.post({ type: 'start', backend, threads });
      });
      if (started.backend !== backend || started.arithmetic !== arithmetic)
        throw new Error(`it computes with ${started.arithmetic}, and the race with ${arithmetic}`);
    } catch (error) {
      member.onDeath = () => {};
      member.die(errorMessage(error));
      throw error;
    } finally {
      clearTimeout(timer);
    }
    this.members.add(member);
    return member;
  }

  /** From now on `member`, which is given the lane of `plan`, dies when it hangs. */
  watch(member: Member, plan: LanePlan): void {
    member.watch((this.options.silenceMs ?? patienceFor)(plan));
  }

  close(): void {
    for (const member of this.members) {
      member.onDeath = () => {};
      member.die('the race is over');
    }
    this.members.clear();
  }
}
