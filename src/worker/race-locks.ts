/**
 * Which tab has which race. A tab holds a lock on its race for as long as it trains or shows it; the browser drops the
 * lock with the tab. Another tab then neither offers, resumes nor deletes it.
 */
const PREFIX = 'arat-playground race ';
/** How long other tabs have to answer where there are no Web Locks (plain http), in milliseconds. */
const ANSWER_MS = 300;

export interface RaceLocks {
  /**
   * Takes race `runId` and then lets go of the one held before; false when another tab has it, and the one held before
   * stays. Of two calls under way, the later one counts.
   */
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
  /** Counts the calls of `hold` and `release`: a lock granted to an earlier call is given back at once. */
  private calls = 0;

  constructor(private readonly locks: LockManager) {}

  async hold(runId: string): Promise<boolean> {
    const call = ++this.calls;
    if (this.held?.runId === runId) return true;
    return new Promise((resolve, reject) => {
      const hold = (lock: Lock | null) => {
        const taken = lock !== null && call === this.calls;
        resolve(taken);
        if (!taken) return undefined;
        this.held?.release();
        return new Promise<void>((release) => (this.held = { runId, release }));
      };
      this.locks.request(PREFIX + runId, { ifAvailable: true }, hold).catch(reject);
    });
  }

  release(): void {
    this.calls++;
    this.held?.release();
    this.held = null;
  }

  async inUse(): Promise<Set<string>> {
    const { held = [] } = await this.locks.query();
    const names = held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
    return new Set(names);
  }
}

/** `ask`: a question's id; `claim`: the race that the asking tab wants, or null when it only wants to know. */
type Message =
  | { readonly ask: string; readonly claim: string | null }
  | { readonly answer: string; readonly runId: string };

/** A race that this tab wants while it waits for the answers of the others. */
interface Claim {
  readonly id: string;
  readonly runId: string;
  /** Whether a tab with a smaller id asks for the same race: that tab gets it. */
  lost: boolean;
}

/**
 * Every tab answers with the race that it has. Of tabs that want the same race at the same time, the one with the
 * smallest id gets it: it answers the others, and they withdraw when they hear its question, whichever comes first.
 */
class AskedLocks implements RaceLocks {
  private held: string | null = null;
  private claim: Claim | null = null;
  private readonly channel = new BroadcastChannel(PREFIX);
  private readonly asked = new Map<string, Set<string>>();

  constructor() {
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if ('answer' in data) this.asked.get(data.answer)?.add(data.runId);
      else this.hear(data.ask, data.claim);
    };
    // In Node it would keep the process alive.
    (this.channel as { unref?: () => void }).unref?.();
  }

  private hear(ask: string, wanted: string | null): void {
    const { held, claim } = this;
    if (held !== null) this.channel.postMessage({ answer: ask, runId: held } satisfies Message);
    if (claim === null || claim.runId !== wanted) return;
    if (ask < claim.id) claim.lost = true;
    else this.channel.postMessage({ answer: ask, runId: claim.runId } satisfies Message);
  }

  private async others(id: string, claim: string | null): Promise<Set<string>> {
    const found = new Set<string>();
    this.asked.set(id, found);
    this.channel.postMessage({ ask: id, claim } satisfies Message);
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    this.asked.delete(id);
    return found;
  }

  async hold(runId: string): Promise<boolean> {
    const claim: Claim = { id: questionId(), runId, lost: false };
    this.claim = claim;
    const taken = this.held !== runId && (await this.others(claim.id, runId)).has(runId);
    if (this.claim !== claim) return false;
    this.claim = null;
    if (taken || claim.lost) return false;
    this.held = runId;
    return true;
  }

  release(): void {
    this.claim = null;
    this.held = null;
  }

  async inUse(): Promise<Set<string>> {
    const found = await this.others(questionId(), null);
    return this.held === null ? found : found.add(this.held);
  }
}

const questionId = (): string => String(Math.random());
