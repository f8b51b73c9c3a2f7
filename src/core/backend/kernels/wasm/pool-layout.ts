/** What the threads share besides the tensors. */

/**
 * Indices into the control block. `generation` counts the calls; `remaining` parts of the current call are still to be
 * taken (0 or less: none); `done` have ended; `function` is its number; `counts` on: arguments of each part.
 */
export const CONTROL = { generation: 0, remaining: 1, done: 2, function: 3, counts: 4 } as const;
/** Arguments that a part may have. */
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
 * Takes parts of the current call and runs them until none is left. A thread that comes late finds none: `remaining` is
 * set last, when all else of a call is in place.
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
 * How long a thread looks for a change before it sleeps. Waking takes about 50 us, which is as long as many kernels,
 * and the pauses between two kernels of a step are mostly shorter than this.
 */
const SPIN_MS = 0.2;
const LOOKS_PER_CHECK = 256;
/**
 * Tells the processor that this is a spinning loop, where the engine has it: another thread on the same core then runs
 * faster.
 */
const pause = (Atomics as { pause?: () => void }).pause?.bind(Atomics) ?? ((): void => {});

/** Looks at `control[index]` for a while; returns its value, which is `old` where it has not changed. */
export function spinWhile(control: Int32Array, index: number, old: number): number {
  const end = performance.now() + SPIN_MS;
  do {
    for (let i = 0; i < LOOKS_PER_CHECK; i++) {
      const value = Atomics.load(control, index);
      if (value !== old) return value;
      pause();
    }
  } while (performance.now() < end);
  return old;
}
