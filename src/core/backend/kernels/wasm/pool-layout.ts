/** What the threads share besides the tensors. */

/** Indices into the control block. */
export const CONTROL = { generation: 0, done: 1, function: 2, counts: 3 } as const;
/** Arguments a call may have. */
export const ARGUMENTS = 32;

export interface PoolStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** generation, done, function, then the number of arguments per thread (0: nothing to do). */
  readonly control: Int32Array;
  /** ARGUMENTS per thread. */
  readonly values: Float64Array;
  /** The exported functions, by number. */
  readonly names: readonly string[];
  readonly thread: number;
}
