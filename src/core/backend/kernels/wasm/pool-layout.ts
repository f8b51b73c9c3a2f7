/** The memory that the threads share besides the tensors, and how they take work from it. */

/**
 * Indices into the control block. `generation` counts the calls. Of the current call, `remaining` parts have not been
 * taken (none if it is 0 or less) and `done` parts have ended; `function` is the function's number, and from `counts`
 * on is each part's number of arguments.
 */
export const CONTROL = { generation: 0, remaining: 1, done: 2, function: 3, counts: 4 } as const;
/** The most arguments of a part. */
export const ARGUMENTS = 32;

export interface PoolStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array;
  /** ARGUMENTS per part. */
  readonly values: Float64Array;
  /** The exported functions, by number. */
  readonly names: readonly string[];
}

type WasmFunction = (...args: number[]) => void;

/**
 * Takes parts of the current call and runs them until none is left. `remaining` is set last, after the other values of
 * a call, so that a thread never takes a part before it is complete.
 */
export function takeParts(
  control: Int32Array,
  values: Float64Array,
  functions: readonly WasmFunction[],
): void {
  for (;;) {
    const part = Atomics.sub(control, CONTROL.remaining, 1) - 1;
    if (part < 0) return;
    const first = part * ARGUMENTS;
    const args = values.subarray(first, first + control[CONTROL.counts + part]);
    functions[control[CONTROL.function]](...args);
    Atomics.add(control, CONTROL.done, 1);
    Atomics.notify(control, CONTROL.done);
  }
}

/**
 * Milliseconds that a thread spins before it sleeps. Waking takes about 50 us, as long as many kernels, and the pauses
 * between two kernels of a step are mostly shorter than this.
 */
const SPIN_MS = 0.2;
const SPINS_PER_CHECK = 256;
/**
 * Tells the processor, if the engine can, that this is a spinning loop, so that another thread on the same core runs
 * faster.
 */
const pause = (Atomics as { pause?: () => void }).pause?.bind(Atomics) ?? ((): void => {});

/** Reads `control[index]` until it is not `old`, for at most SPIN_MS; returns its value. */
export function spinWhile(control: Int32Array, index: number, old: number): number {
  const end = performance.now() + SPIN_MS;
  do {
    for (let i = 0; i < SPINS_PER_CHECK; i++) {
      const value = Atomics.load(control, index);
      if (value !== old) return value;
      pause();
    }
  } while (performance.now() < end);
  return old;
}
