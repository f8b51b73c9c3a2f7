/** The page's side of the door: one worker, typed calls, and no call that waits for a dead worker. */
import { withoutFullStop } from '../core/error-message.ts';
import type { Build } from '../core/result/results.ts';
import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import type { EngineApi } from './api.ts';

export interface EngineClient {
  readonly api: EngineApi;
  /** Milliseconds for which the worker has not answered, while a call waits for it; 0 when it answers. */
  silentMs(): number;
  /** Whether this worker has ever answered: until then its code may not have arrived. */
  hasAnswered(): boolean;
  /** Ends the worker (every pending call rejects) and starts a fresh one on the next call. */
  restart(): void;
  dispose(): void;
}

/** What the page passes to its worker, as JSON, in the worker's name. */
export interface EngineName {
  /** Address of the page. */
  readonly baseUrl: string;
  readonly build: Build;
}

export interface EngineClientOptions extends EngineName {
  /** The worker died: one sentence. Its models are gone; what to do next is the page's to say. */
  readonly onCrash: (message: string) => void;
  /** How often a worker that is waited for is asked whether it is there, in milliseconds. */
  readonly heartbeatMs?: number;
  /** Makes the worker; tests give their own. */
  readonly createWorker?: (name: string) => Worker;
}

const defaultWorker = (name: string): Worker =>
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name });

/** Functions cannot be cloned: progress and event callbacks travel as proxies. */
const passable = (argument: unknown): unknown =>
  typeof argument === 'function' ? proxy(argument as (...a: unknown[]) => unknown) : argument;

const HEARTBEAT_MS = 2_500;

class Connection {
  readonly worker: Worker;
  private heartbeat: ReturnType<typeof setInterval> | null = null;
  /**
   * Heartbeats since the question that is not answered; null when none is out. Counted, as a clock runs on while a
   * computer sleeps.
   */
  private unanswered: number | null = null;
  answeredOnce = false;
  private readonly remote: Remote<EngineApi>;
  private readonly rejects = new Set<(error: Error) => void>();

  constructor(
    private readonly options: EngineClientOptions,
    onDeath: (message: string) => void,
  ) {
    const { baseUrl, build } = options;
    const name = JSON.stringify({ baseUrl, build } satisfies EngineName);
    this.worker = (options.createWorker ?? defaultWorker)(name);
    this.remote = wrap<EngineApi>(this.worker);
    this.worker.onerror = (event) => {
      event.preventDefault?.();
      onDeath(event.message || 'the worker could not be loaded');
    };
    this.worker.onmessageerror = () => onDeath('a message could not be read');
  }

  call(method: keyof EngineApi, args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.rejects.add(reject);
      this.listen();
      const done = () => this.rejects.delete(reject);
      const f = this.remote[method] as unknown as (...a: unknown[]) => Promise<unknown>;
      f(...args.map(passable)).then(
        (value) => (done(), resolve(value)),
        (error: unknown) => (done(), reject(error)),
      );
    });
  }

  get silentMs(): number {
    return (this.unanswered ?? 0) * (this.options.heartbeatMs ?? HEARTBEAT_MS);
  }

  /** As long as a call waits for the worker. */
  private listen(): void {
    this.heartbeat ??= setInterval(() => {
      if (this.rejects.size === 0) return this.stopListening();
      if (this.unanswered !== null) return void this.unanswered++;
      this.unanswered = 0;
      const answered = () => {
        this.unanswered = null;
        this.answeredOnce = true;
      };
      this.remote.ping().then(answered, answered);
    }, this.options.heartbeatMs ?? HEARTBEAT_MS);
  }

  private stopListening(): void {
    if (this.heartbeat !== null) clearInterval(this.heartbeat);
    this.heartbeat = null;
    this.unanswered = null;
  }

  close(message: string): void {
    this.stopListening();
    for (const reject of this.rejects) reject(new Error(message));
    this.rejects.clear();
    this.remote[releaseProxy]();
    this.worker.terminate();
  }
}

/** Every method of the engine; the compiler names one that is missing. */
const METHODS: Readonly<Record<keyof EngineApi, true>> = {
  ping: true,
  initialise: true,
  loadData: true,
  cancelLoad: true,
  race: true,
  adopt: true,
  pause: true,
  resume: true,
  stepOnce: true,
  stop: true,
  inspectWeights: true,
  openModel: true,
  closeModel: true,
  example: true,
  lossSlice: true,
  shipped: true,
  attacks: true,
  estimateRobustness: true,
  robustness: true,
  pauseJob: true,
  resumeJob: true,
  stopJob: true,
  weights: true,
};

/** The engine in its worker, started with the first call. */
export function createEngineClient(options: EngineClientOptions): EngineClient {
  let connection: Connection | null = null;
  const close = (message: string) => {
    connection?.close(message);
    connection = null;
  };
  const connect = (): Connection => {
    connection ??= new Connection(options, (why) => {
      const message = `The training worker stopped working (${withoutFullStop(why)}).`;
      close(message);
      options.onCrash(message);
    });
    return connection;
  };
  const api = Object.fromEntries(
    Object.keys(METHODS).map((method) => [
      method,
      (...args: unknown[]) => connect().call(method as keyof EngineApi, args),
    ]),
  ) as unknown as EngineApi;
  return {
    api,
    silentMs: () => connection?.silentMs ?? 0,
    hasAnswered: () => connection?.answeredOnce ?? false,
    restart: () => close('The training worker was restarted.'),
    dispose: () => close('The page is closing.'),
  };
}
