/** Threads for our own functions, since those of tfjs cannot be used from outside its WASM module. */
import { ARGUMENTS, CONTROL, spinWhile, takeParts } from './pool-layout.ts';
import type { PoolStart } from './pool-layout.ts';

/** Milliseconds to wait for a thread to start; after that the backend runs on one thread. */
const START_TIMEOUT_MS = 10_000;
/** Parts per thread: more than one, so that other threads take the parts of one that the system delays. */
const PARTS_PER_THREAD = 4;

/** The calling thread and workers that sleep between calls. */
export class ThreadPool {
  private constructor(
    private readonly workers: readonly Worker[],
    private readonly control: Int32Array,
    private readonly values: Float64Array,
    private readonly names: readonly string[],
    private readonly functions: readonly ((...args: number[]) => void)[],
  ) {}

  /** Starts `threads` - 1 workers on the module and its shared memory. Null if they cannot start. */
  static async create(
    threads: number,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    local: Record<string, (...args: number[]) => void>,
  ): Promise<ThreadPool | null> {
    const parts = threads * PARTS_PER_THREAD;
    const control = new Int32Array(new SharedArrayBuffer(4 * (CONTROL.counts + parts)));
    const values = new Float64Array(new SharedArrayBuffer(8 * ARGUMENTS * parts));
    const names = Object.keys(local);
    const workers: Worker[] = [];
    try {
      for (let thread = 1; thread < threads; thread++) {
        workers.push(new Worker(new URL('./pool-worker.ts', import.meta.url), { type: 'module' }));
      }
      const start: PoolStart = { module, memory, control, values, names };
      await Promise.all(workers.map((worker) => started(worker, start)));
      return new ThreadPool(workers, control, values, names, Object.values(local));
    } catch {
      workers.forEach((w) => w.terminate());
      return null;
    }
  }

  get threads(): number {
    return this.workers.length + 1;
  }

  /** The most parts of a call. */
  get parts(): number {
    return this.threads * PARTS_PER_THREAD;
  }

  /** Calls the function once per list of arguments, on any free thread; returns when all calls have ended. */
  run(name: string, parts: readonly (readonly number[])[]): void {
    const { control, values } = this;
    control[CONTROL.function] = this.names.indexOf(name);
    parts.forEach((args, i) => {
      control[CONTROL.counts + i] = args.length;
      values.set(args, i * ARGUMENTS);
    });
    Atomics.store(control, CONTROL.done, 0);
    Atomics.store(control, CONTROL.remaining, parts.length);
    Atomics.add(control, CONTROL.generation, 1);
    Atomics.notify(control, CONTROL.generation);
    takeParts(control, values, this.functions);
    let done = Atomics.load(control, CONTROL.done);
    while (done !== parts.length) {
      const now = spinWhile(control, CONTROL.done, done);
      // A page's main thread may not sleep; it runs this only in tests.
      if (now === done && typeof document === 'undefined') Atomics.wait(control, CONTROL.done, done, 100);
      done = Atomics.load(control, CONTROL.done);
    }
  }

  dispose(): void {
    this.workers.forEach((w) => w.terminate());
  }
}

function started(worker: Worker, start: PoolStart): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('a thread did not start')), START_TIMEOUT_MS);
    worker.onmessage = () => {
      clearTimeout(timer);
      resolve();
    };
    worker.onerror = (event) => {
      clearTimeout(timer);
      reject(new Error(event.message));
    };
    worker.postMessage(start);
  });
}
