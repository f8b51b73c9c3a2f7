/**
 * Which tab has which race. A tab holds a lock on its race for as long as it trains or shows it; the browser drops the
 * lock with the tab. Another tab then neither offers, resumes nor deletes it.
 */
const PREFIX = 'arat-playground race ';
/** How long other tabs have to answer where there are no Web Locks (plain http), in milliseconds. */
const ANSWER_MS = 300;

export interface RaceLocks {
  /** Takes race `runId`, and lets go of the one held before; false when another tab has it. */
  hold(runId: string): Promise<boolean>;
  release(): void;
  /** The races of other tabs and of this one. */
  inUse(): Promise<Set<string>>;
}

/** Web Locks, or where the page has none, a question to the other tabs. */
export function createRaceLocks(
  locks: LockManager | undefined = typeof navigator === 'undefined' ? undefined : navigator.locks,
): RaceLocks {
  return locks ? new WebLocks(locks) : new AskedLocks();
}

class WebLocks implements RaceLocks {
  private held: { runId: string; release: () => void } | null = null;

  constructor(private readonly locks: LockManager) {}

  async hold(runId: string): Promise<boolean> {
    if (this.held?.runId === runId) return true;
    this.release();
    return new Promise((resolve, reject) => {
      const hold = (lock: Lock | null) => {
        resolve(lock !== null);
        if (!lock) return undefined;
        return new Promise<void>((release) => (this.held = { runId, release }));
      };
      this.locks.request(PREFIX + runId, { ifAvailable: true }, hold).catch(reject);
    });
  }

  release(): void {
    this.held?.release();
    this.held = null;
  }

  async inUse(): Promise<Set<string>> {
    const { held = [] } = await this.locks.query();
    const names = held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
    return new Set(names);
  }
}

type Message = { readonly ask: string } | { readonly answer: string; readonly runId: string };

class AskedLocks implements RaceLocks {
  private held: string | null = null;
  private readonly channel = new BroadcastChannel(PREFIX);
  private readonly asked = new Map<string, Set<string>>();

  constructor() {
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if ('answer' in data) this.asked.get(data.answer)?.add(data.runId);
      else if (this.held !== null) this.channel.postMessage({ answer: data.ask, runId: this.held });
    };
    // In Node it would keep the process alive.
    (this.channel as { unref?: () => void }).unref?.();
  }

  private async others(): Promise<Set<string>> {
    const question = String(Math.random());
    const found = new Set<string>();
    this.asked.set(question, found);
    this.channel.postMessage({ ask: question } satisfies Message);
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    this.asked.delete(question);
    return found;
  }

  async hold(runId: string): Promise<boolean> {
    if (this.held === runId) return true;
    if ((await this.others()).has(runId)) return false;
    this.held = runId;
    return true;
  }

  release(): void {
    this.held = null;
  }

  async inUse(): Promise<Set<string>> {
    const found = await this.others();
    return this.held === null ? found : found.add(this.held);
  }
}
