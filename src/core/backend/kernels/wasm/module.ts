/** Runs the assembled functions on the memory of tfjs's WASM backend, so that no tensor is copied. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type * as tf from '@tensorflow/tfjs-core';
import { assemble } from './assembler.ts';
import type { FunctionDefinition } from './assembler.ts';
import { mayUseRelaxedSimd } from '../../node-arithmetic.ts';
import { filterGradient, gatherConvolution, multiplyAdd } from './convolution-functions.ts';
import { ThreadPool } from './pool.ts';
import { COPY_FUNCTIONS } from './copy-functions.ts';
import { ROW_FUNCTIONS } from './row-functions.ts';
import { winogradConvolution, winogradFilter } from './winograd-functions.ts';

/** The undeclared members of tfjs's backend that are used here (4.22.0, pinned). */
interface WasmInternals {
  readonly wasm: {
    readonly asm?: Record<string, unknown>;
    readonly wasmMemory?: WebAssembly.Memory;
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number }; has(dataId: object): boolean };
}
const internals = (backend: BackendWasm): WasmInternals => backend as unknown as WasmInternals;

/** Channels per group of the row passes, widest first: each pass `name` exists as `name16` and `name4`. */
export const ROW_PASS_WIDTHS = [16, 4] as const;

function functions(relaxed: boolean): FunctionDefinition[] {
  return [
    multiplyAdd(relaxed),
    gatherConvolution('convolve8', 2, relaxed),
    gatherConvolution('convolve4', 1, relaxed),
    filterGradient('filterGradient8', 2, relaxed),
    filterGradient('filterGradient4', 1, relaxed),
    winogradConvolution('winograd8', 2, relaxed),
    winogradFilter(relaxed),
    ...COPY_FUNCTIONS,
    ...ROW_FUNCTIONS,
  ];
}

/** The backend's memory, or null if this build of tfjs does not expose it. */
function findMemory(backend: BackendWasm): WebAssembly.Memory | null {
  const { asm, wasmMemory } = internals(backend).wasm;
  const candidates = [wasmMemory, ...Object.values(asm ?? {})];
  return candidates.find((c) => c instanceof WebAssembly.Memory) ?? null;
}

const isShared = (memory: WebAssembly.Memory): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;

/** Addresses are byte offsets in the shared memory. */
export type Address = number;

const memoryIsFull = (bytes: number): Error =>
  new Error(
    `WebAssembly's memory of 4 GiB is full: ${bytes} more bytes were needed. Choose a smaller batch or width.`,
  );

/** The most bytes that `derived` keeps. */
const DERIVED_BYTES = 32 << 20;

/** Number of tensors with derived buffers at which `derived` first looks for disposed ones. */
const DERIVED_TENSORS = 64;

/** Passes over fewer bytes run on one thread, since waking others costs more. */
const BYTES_WORTH_SPLITTING = 1 << 16;

/** The functions and the memory they share with tfjs. */
export class WasmProgram {
  /** Grow-only scratch buffers by slot: [address, bytes]. */
  private readonly scratchBuffers = new Map<string, [Address, number]>();
  /** The entries of `derived`, oldest first, by tensor data and slot. */
  private readonly derivedBuffers = new Map<object, Map<string, readonly [Address, number]>>();
  private derivedBytes = 0;
  /**
   * Number of entries at which those of disposed tensors are dropped: twice the number left the last time, so that this
   * is rare.
   */
  private derivedLimit = DERIVED_TENSORS;
  private static readonly programs = new WeakMap<BackendWasm, Promise<WasmProgram | null>>();

  private constructor(
    private readonly backend: BackendWasm,
    readonly memory: WebAssembly.Memory,
    private readonly exports: Record<string, (...args: number[]) => void>,
    private readonly pool: ThreadPool | null,
  ) {}

  /**
   * The program of this backend, made on the first call, with `threads` threads if the memory is shared. Null if the
   * engine has no SIMD or tfjs's memory cannot be reached; then stock operations are used.
   */
  static of(backend: BackendWasm, threads: number): Promise<WasmProgram | null> {
    let program = WasmProgram.programs.get(backend);
    if (!program) {
      program = WasmProgram.create(backend, threads);
      WasmProgram.programs.set(backend, program);
    }
    return program;
  }

  private static async create(backend: BackendWasm, threads: number): Promise<WasmProgram | null> {
    const memory = findMemory(backend);
    if (!memory) return null;
    for (const relaxed of mayUseRelaxedSimd() ? [true, false] : [false]) {
      const bytes = assemble(functions(relaxed), isShared(memory));
      if (!WebAssembly.validate(bytes)) continue;
      const module = await WebAssembly.compile(bytes);
      const instance = await WebAssembly.instantiate(module, { env: { memory } });
      const exports = instance.exports as Record<string, (...args: number[]) => void>;
      const pool =
        threads > 1 && isShared(memory) ? await ThreadPool.create(threads, module, memory, exports) : null;
      return new WasmProgram(backend, memory, exports, pool);
    }
    return null;
  }

  /**
   * Whether convolutions add products with one rounding. This is computed, because relaxed SIMD leaves it to the
   * processor.
   */
  get fused(): boolean {
    // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24, of which a float keeps 1 + 2^-11.
    const at = this.scratch('multiplyAdd', 64);
    [1 + 2 ** -12, 1 + 2 ** -12, -(1 + 2 ** -11)].forEach((v, i) => this.floats(at + 16 * i, 4).fill(v));
    this.call('multiplyAdd', at, at + 16, at + 32, at + 48);
    return this.floats(at + 48, 1)[0] !== 0;
  }

  get threads(): number {
    return this.pool?.threads ?? 1;
  }

  /** The most parts that a call is split into. */
  get parts(): number {
    return this.pool?.parts ?? 1;
  }

  /** Calls a function on this thread. */
  call(name: string, ...args: number[]): void {
    this.exports[name](...args);
  }

  /**
   * Calls a function on all threads, for parts of `total` units (images, rows, tiles) in multiples of `granularity`.
   * `args` gets a part's first unit, its number of units, and the part's number. Parts must not write to the same
   * memory. Returns the number of parts.
   */
  split(
    name: string,
    total: number,
    granularity: number,
    args: (first: number, count: number, part: number) => number[],
  ): number {
    const chunk = Math.ceil(total / this.parts / granularity) * granularity;
    const parts: number[][] = [];
    for (let first = 0; first < total; first += chunk) {
      parts.push(args(first, Math.min(chunk, total - first), parts.length));
    }
    if (parts.length === 1 || !this.pool) parts.forEach((p) => this.call(name, ...p));
    else this.pool.run(name, parts);
    return parts.length;
  }

  /**
   * Calls a row pass over tensors [rows, channels], channels a multiple of 4. `streams` are the addresses of tensors,
   * `vectors` and `sums` those of vectors [channels].
   */
  rows(
    name: string,
    { streams, vectors = [], sums = [] }: { streams: Address[]; vectors?: Address[]; sums?: Address[] },
    rows: number,
    channels: number,
  ): void {
    const rowBytes = channels * 4;
    const split = this.threads > 1 && rows * rowBytes >= BYTES_WORTH_SPLITTING;
    const partials =
      sums.length > 0 && split ? this.scratch('partials', this.parts * sums.length * rowBytes) : 0;
    let parts = 1;
    let done = 0;
    for (const width of ROW_PASS_WIDTHS) {
      const groups = Math.floor((channels - done) / width);
      if (groups === 0) continue;
      const skip = done * 4;
      const args = (first: number, count: number, part: number): number[] => [
        ...streams.map((p) => p + first * rowBytes + skip),
        ...vectors.map((p) => p + skip),
        ...sums.map((p, i) => (partials ? partials + (part * sums.length + i) * rowBytes : p) + skip),
        ...[count, groups, rowBytes],
      ];
      if (split) parts = this.split(`${name}${width}`, rows, 64, args);
      else this.call(`${name}${width}`, ...args(0, rows, 0));
      done += groups * width;
    }
    if (partials) this.addPartials(partials, sums, parts, channels);
  }

  private addPartials(partials: Address, sums: readonly Address[], parts: number, channels: number): void {
    sums.forEach((sum, i) => {
      const total = this.floats(sum, channels).fill(0);
      for (let part = 0; part < parts; part++) {
        const partial = this.floats(partials + (part * sums.length + i) * channels * 4, channels);
        for (let c = 0; c < channels; c++) total[c] += partial[c];
      }
    });
  }

  /** Calls a flat pass on `count` floats (a multiple of 4). */
  flat(name: string, pointers: readonly Address[], count: number, scalars: readonly number[]): void {
    const args = (first: number, n: number): number[] => [
      ...pointers.map((p) => p + first * 4),
      n,
      ...scalars,
    ];
    if (count * 4 >= BYTES_WORTH_SPLITTING) this.split(name, count, 64, args);
    else this.call(name, ...args(0, count));
  }

  address(tensor: tf.TensorInfo): Address {
    return internals(this.backend).dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** A new tensor with undefined contents. Throws `Error` if the memory is full, which tfjs does not check. */
  output(shape: number[]): tf.TensorInfo {
    const tensor = this.backend.makeOutput(shape, 'float32');
    if (this.address(tensor) === 0) throw memoryIsFull(4 * shape.reduce((a, b) => a * b, 1));
    return tensor;
  }

  /** Memory of at least `bytes` bytes with undefined contents, valid until the next call for the same slot. */
  scratch(slot: string, bytes: number): Address {
    const held = this.scratchBuffers.get(slot);
    if (held && held[1] >= bytes) return held[0];
    if (held) internals(this.backend).wasm._free(held[0]);
    const address = this.allocate(bytes);
    this.scratchBuffers.set(slot, [address, bytes]);
    return address;
  }

  private allocate(bytes: number): Address {
    // `>>> 0`: malloc returns a signed number above 2 GiB.
    const address = internals(this.backend).wasm._malloc(Math.max(bytes, 64)) >>> 0;
    if (address === 0) throw memoryIsFull(bytes);
    return address;
  }

  /**
   * Memory with something computed from the values of one tensor, by slot. `make` fills it on the first call; later
   * calls reuse it until newer entries have replaced it. It is never out of date: tensors do not change, and a variable
   * that is assigned gets new data. The address is valid until the next call.
   */
  derived(tensor: tf.TensorInfo, slot: string, bytes: number, make: (address: Address) => void): Address {
    const held = this.derivedBuffers.get(tensor.dataId)?.get(slot);
    if (held) return held[0];
    if (this.derivedBuffers.size >= this.derivedLimit) this.dropDisposed();
    for (const dataId of this.derivedBuffers.keys()) {
      if (this.derivedBytes + bytes <= DERIVED_BYTES) break;
      this.dropDerived(dataId);
    }
    const address = this.allocate(bytes);
    make(address);
    const buffers = this.derivedBuffers.get(tensor.dataId) ?? new Map<string, readonly [Address, number]>();
    buffers.set(slot, [address, bytes]);
    this.derivedBuffers.set(tensor.dataId, buffers);
    this.derivedBytes += bytes;
    return address;
  }

  /** How many tensors `derived` has entries for. */
  get derivedTensors(): number {
    return this.derivedBuffers.size;
  }

  private dropDerived(dataId: object): void {
    for (const [address, size] of this.derivedBuffers.get(dataId)?.values() ?? []) {
      internals(this.backend).wasm._free(address);
      this.derivedBytes -= size;
    }
    this.derivedBuffers.delete(dataId);
  }

  /**
   * Limits the number of entries, since a small network disposes thousands of filters before their bytes reach the
   * limit.
   */
  private dropDisposed(): void {
    const { dataIdMap } = internals(this.backend);
    for (const dataId of this.derivedBuffers.keys()) if (!dataIdMap.has(dataId)) this.dropDerived(dataId);
    this.derivedLimit = Math.max(DERIVED_TENSORS, 2 * this.derivedBuffers.size);
  }

  /** A view of the memory as floats, invalid after the next allocation, which may move it. */
  floats(address: Address, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  ints(address: Address, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }
}
