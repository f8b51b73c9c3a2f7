/**
 * Memory of recorded steps. While a step is recorded, its tensors take their buffers from here in place of tfjs's pool,
 * so that nothing else ever writes to them: a replay finds every buffer where the record says. All recordings share one
 * arena, because between two steps nothing in it is of use.
 */

/** The part of tfjs's BufferManager that we stand in for. */
export interface BufferManager {
  acquireBuffer(
    size: number,
    usage: GPUBufferUsageFlags,
    mappedAtCreation?: boolean,
    reuse?: boolean,
  ): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void;
}

/** What one record keeps for itself: values of uniforms and constants, which its replays read again. */
export interface Keeper {
  readonly buffers: GPUBuffer[];
  /** The step asked for a transfer back: it cannot be replayed. */
  readsBack: boolean;
}

export class Arena {
  /** Storage buffers not in use, by size. */
  private readonly free = new Map<number, GPUBuffer[]>();
  private readonly owned = new Set<GPUBuffer>();
  /** Storage buffers in use. */
  private readonly used = new Set<GPUBuffer>();
  private keeper: Keeper | null = null;

  /**
   * From here on `manager`'s buffers come from the arena while it is open, and each goes back to where it came from.
   */
  constructor(
    private readonly device: GPUDevice,
    manager: BufferManager,
  ) {
    const acquire = manager.acquireBuffer.bind(manager);
    const release = manager.releaseBuffer.bind(manager);
    manager.acquireBuffer = (size, usage, mappedAtCreation, reuse) =>
      this.keeper
        ? this.acquire(this.keeper, size, usage, mappedAtCreation)
        : acquire(size, usage, mappedAtCreation, reuse);
    manager.releaseBuffer = (buffer, reuse) =>
      this.owned.has(buffer) ? this.release(buffer) : release(buffer, reuse);
  }

  /** Number of tensors' buffers in use. */
  get inUse(): number {
    return this.used.size;
  }

  open(keeper: Keeper): void {
    this.keeper = keeper;
  }

  close(): void {
    this.keeper = null;
  }

  private acquire(
    keeper: Keeper,
    size: number,
    usage: GPUBufferUsageFlags,
    mappedAtCreation = false,
  ): GPUBuffer {
    if (usage & GPUBufferUsage.MAP_READ) keeper.readsBack = true;
    if (!(usage & GPUBufferUsage.STORAGE)) {
      const buffer = this.device.createBuffer({ size, usage, mappedAtCreation });
      this.owned.add(buffer);
      keeper.buffers.push(buffer);
      return buffer;
    }
    // Never mapped: tfjs would write values into it without a command, which no replay could repeat.
    const buffer = this.free.get(size)?.pop() ?? this.device.createBuffer({ size, usage });
    this.owned.add(buffer);
    this.used.add(buffer);
    return buffer;
  }

  private release(buffer: GPUBuffer): void {
    if (!this.used.delete(buffer)) return;
    const list = this.free.get(buffer.size);
    if (list) list.push(buffer);
    else this.free.set(buffer.size, [buffer]);
  }

  /** Frees what a record kept. */
  forget(keeper: Keeper): void {
    for (const buffer of keeper.buffers.splice(0)) {
      this.owned.delete(buffer);
      buffer.destroy();
    }
  }

  /** Frees all memory that is not in use; only when no record lives. */
  clear(): void {
    for (const buffer of [...this.free.values()].flat()) {
      this.owned.delete(buffer);
      buffer.destroy();
    }
    this.free.clear();
  }
}
