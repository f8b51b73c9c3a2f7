/** The assembled functions, running on the memory of tfjs's WASM backend: nothing is copied between the two. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type * as tf from '@tensorflow/tfjs-core';
import { assemble } from './assembler.ts';
import type { FunctionDefinition } from './assembler.ts';
import { filterGradient, gatherConvolution } from './convolution-functions.ts';
import { COPY_FUNCTIONS } from './copy-functions.ts';
import { ROW_FUNCTIONS } from './row-functions.ts';

/** What we read of tfjs's backend beyond its declared surface (4.22.0, pinned). */
interface WasmInternals {
  readonly wasm: {
    readonly asm?: Record<string, unknown>;
    readonly wasmMemory?: WebAssembly.Memory;
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } };
}
const internals = (backend: BackendWasm): WasmInternals => backend as unknown as WasmInternals;

/** Channels taken at once by the row passes, widest first; a pass `name` exists as `name16` and `name4`. */
export const ROW_PASS_WIDTHS = [16, 4] as const;

function functions(relaxed: boolean): FunctionDefinition[] {
  return [
    gatherConvolution('convolve8', 2, relaxed),
    gatherConvolution('convolve4', 1, relaxed),
    filterGradient('filterGradient8', 2, relaxed),
    filterGradient('filterGradient4', 1, relaxed),
    ...COPY_FUNCTIONS,
    ...ROW_FUNCTIONS,
  ];
}

/** The backend's memory, or null where this build of tfjs does not show it. */
function findMemory(backend: BackendWasm): WebAssembly.Memory | null {
  const { asm, wasmMemory } = internals(backend).wasm;
  const candidates = [wasmMemory, ...Object.values(asm ?? {})];
  return candidates.find((c) => c instanceof WebAssembly.Memory) ?? null;
}

const isShared = (memory: WebAssembly.Memory): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;

/** Addresses are byte offsets in the shared memory. */
export type Address = number;

/** The functions and the memory they share with tfjs. */
export class WasmProgram {
  /** Grow-only scratch buffers by slot: [address, bytes]. */
  private readonly scratchBuffers = new Map<string, [Address, number]>();

  private constructor(
    private readonly backend: BackendWasm,
    readonly memory: WebAssembly.Memory,
    private readonly exports: Record<string, (...args: number[]) => void>,
  ) {}

  /** Null where the engine has no SIMD or tfjs's memory cannot be reached: stock operations are used there. */
  static create(backend: BackendWasm): WasmProgram | null {
    const memory = findMemory(backend);
    if (!memory) return null;
    for (const relaxed of [true, false]) {
      const bytes = assemble(functions(relaxed), isShared(memory));
      if (!WebAssembly.validate(bytes)) continue;
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
      return new WasmProgram(backend, memory, instance.exports as never);
    }
    return null;
  }

  call(name: string, ...args: number[]): void {
    this.exports[name](...args);
  }

  /**
   * Calls a row pass over [rows, channels], channels a multiple of 4. `pointers`: its streams, channel vectors and sums, in
   * order; `pixelBytes` is what a pointer moves per channel group, the same for all.
   */
  rows(name: string, pointers: readonly Address[], rows: number, channels: number): void {
    let done = 0;
    for (const width of ROW_PASS_WIDTHS) {
      const groups = Math.floor((channels - done) / width);
      if (groups === 0) continue;
      this.call(`${name}${width}`, ...pointers.map((p) => p + done * 4), rows, groups, channels * 4);
      done += groups * width;
    }
  }

  address(tensor: tf.TensorInfo): Address {
    return internals(this.backend).dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** A new tensor with undefined contents. */
  output(shape: number[]): tf.TensorInfo {
    return this.backend.makeOutput(shape, 'float32');
  }

  /** Memory of the slot, at least `bytes` long, contents undefined; valid until the slot is asked for again. */
  scratch(slot: string, bytes: number): Address {
    const held = this.scratchBuffers.get(slot);
    if (held && held[1] >= bytes) return held[0];
    const { wasm } = internals(this.backend);
    if (held) wasm._free(held[0]);
    // `>>> 0`: malloc returns a signed number above 2 GiB.
    const address = wasm._malloc(Math.max(bytes, 64)) >>> 0;
    if (address === 0)
      throw new Error(
        `WASM memory is full: ${bytes} bytes more were needed. Choose a smaller batch or width.`,
      );
    this.scratchBuffers.set(slot, [address, bytes]);
    return address;
  }

  /** The memory as floats; not to be kept across an allocation, which may move it. */
  floats(address: Address, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  ints(address: Address, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }
}
