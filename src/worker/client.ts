/** The page's side of the door: one worker, typed calls, and no call that waits for a dead worker. */
import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import type { EngineApi } from './api.ts';

export interface EngineClient {
  readonly api: EngineApi;
  /** Ends the worker (every pending call rejects) and starts a fresh one on the next call. */
  restart(): void;
  dispose(): void;
}

export interface EngineClientOptions {
  readonly baseUrl: string;
  readonly appVersion: string;
  /** The worker died: one sentence with what to do next. Its models are gone. */
  readonly onCrash: (message: string) => void;
  /** Makes the worker; tests give their own. */
  readonly createWorker?: (name: string) => Worker;
}

const defaultWorker = (name: string): Worker =>
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name });

/** Functions cannot be cloned: progress and event callbacks travel as proxies. */
const passable = (argument: unknown): unknown =>
  typeof argument === 'function' ? proxy(argument as (...a: unknown[]) => unknown) : argument;

class Connection {
  readonly worker: Worker;
  private readonly remote: Remote<EngineApi>;
  private readonly rejects = new Set<(error: Error) => void>();

  constructor(options: EngineClientOptions, onDeath: (message: string) => void) {
    const name = JSON.stringify({ baseUrl: options.baseUrl, appVersion: options.appVersion });
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
      const done = () => this.rejects.delete(reject);
      const f = this.remote[method] as unknown as (...a: unknown[]) => Promise<unknown>;
      f(...args.map(passable)).then(
        (value) => (done(), resolve(value)),
        (error: unknown) => (done(), reject(error)),
      );
    });
  }

  close(message: string): void {
    for (const reject of this.rejects) reject(new Error(message));
    this.rejects.clear();
    this.remote[releaseProxy]();
    this.worker.terminate();
  }
}

const METHODS = [
  'initialise',
  'loadData',
  'cancelLoad',
  'testImage',
  'race',
  'pause',
  'resume',
  'stepOnce',
  'stop',
  'example',
  'lossSlice',
  'attacks',
  'estimateRobustness',
  'robustness',
  'pauseJob',
  'resumeJob',
  'stopJob',
  'weights',
] as const satisfies readonly (keyof EngineApi)[];

/** The engine in its worker, started with the first call. */
export function createEngineClient(options: EngineClientOptions): EngineClient {
  let connection: Connection | null = null;
  const close = (message: string) => {
    connection?.close(message);
    connection = null;
  };
  const connect = (): Connection => {
    connection ??= new Connection(options, (why) => {
      const message = `The training worker stopped working (${why}). Press Train to start again.`;
      close(message);
      options.onCrash(message);
    });
    return connection;
  };
  const api = Object.fromEntries(
    METHODS.map((method) => [method, (...args: unknown[]) => connect().call(method, args)]),
  ) as unknown as EngineApi;
  return {
    api,
    restart: () => close('The training worker was restarted.'),
    dispose: () => close('The page is closing.'),
  };
}
