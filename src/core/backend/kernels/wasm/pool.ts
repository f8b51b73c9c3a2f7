/** Threads for our own functions: tfjs's are hidden inside its WASM module. */
import { ARGUMENTS, CONTROL } from './pool-layout.ts';
import type { PoolStart } from './pool-layout.ts';

/** How long a thread may take to start before the pool does without. */
const START_TIMEOUT_MS = 10_000;
/** Looks this often for the others' end before it sleeps. */
const SPINS = 100_000;

/** The calling thread is thread 0; the others are workers that sleep between calls. */
export class ThreadPool {
  private constructor(
    private readonly workers: readonly Worker[],
    private readonly control: Int32Array,
    private readonly values: Float64Array,
    private readonly names: readonly string[],
    private readonly local: Record<string, (...args: number[]) => void>,
  ) {}

  /** Starts `threads` - 1 workers on the module and its shared memory. Null where they cannot start. */
  static async create(
    threads: number,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    local: Record<string, (...args: number[]) => void>,
  ): Promise<ThreadPool | null> {
    const control = new Int32Array(new SharedArrayBuffer(4 * (CONTROL.counts + threads)));
    const values = new Float64Array(new SharedArrayBuffer(8 * ARGUMENTS * threads));
    const names = Object.keys(local);
    const workers: Worker[] = [];
    try {
      for (let thread = 1; thread < threads; thread++) {
        workers.push(new Worker(new URL('./pool-worker.ts', import.meta.url), { type: 'module' }));
      }
      await Promise.all(
        workers.map((worker, i) =>
          started(worker, { module, memory, control, values, names, thread: i + 1 }),
        ),
      );
      return new ThreadPool(workers, control, values, names, local);
    } catch {
      workers.forEach((w) => w.terminate());
      return null;
    }
  }

  get threads(): number {
    return this.workers.length + 1;
  }

  /** Calls the function once per list of arguments, at most `threads` of them, at the same time; returns when all have ended. */
  run(name: string, parts: readonly (readonly number[])[]): void {
    const { control, values } = this;
    control[CONTROL.function] = this.names.indexOf(name);
    for (let thread = 1; thread < this.threads; thread++) {
      const args = parts[thread] ?? [];
      control[CONTROL.counts + thread] = args.length;
      values.set(args, thread * ARGUMENTS);
    }
    Atomics.store(control, CONTROL.done, 0);
    Atomics.add(control, CONTROL.generation, 1);
    Atomics.notify(control, CONTROL.generation);
    this.local[name](...parts[0]);
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(control, CONTROL.done);
      if (done === this.workers.length) return;
      // A page's main thread may not sleep; it only comes here in tests.
      if (spins > SPINS && typeof document === 'undefined') Atomics.wait(control, CONTROL.done, done, 100);
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
