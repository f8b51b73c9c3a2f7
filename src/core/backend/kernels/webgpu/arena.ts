/**
 * Memory of recorded steps. While a step is recorded, its tensors take their buffers from here instead of tfjs's pool,
 * so that nothing else writes to them and a replay can use the same buffers. All recordings share one arena, because
 * between two steps its contents are not needed.
 */

/** The part of tfjs's BufferManager that the arena replaces. */
export interface BufferManager {
  acquireBuffer(
    size: number,
    usage: GPUBufferUsageFlags,
    mappedAtCreation?: boolean,
    reuse?: boolean,
  ): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void;
}

/** The buffers of one recording alone: values of uniforms and constants, which its replays read again. */
export interface Keeper {
  readonly buffers: GPUBuffer[];
  /** Whether the step read a tensor back, so that it cannot be replayed. */
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
   * Changes `manager`: while the arena is open, buffers come from it; a released buffer returns to where it came from.
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

  /** How many buffers of tensors are in use. */
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
    // Not mapped at creation: tfjs would write values without a command, which a replay could not repeat.
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

  /** Frees the buffers of one recording. */
  forget(keeper: Keeper): void {
    for (const buffer of keeper.buffers.splice(0)) {
      this.owned.delete(buffer);
      buffer.destroy();
    }
  }

  /** Frees all memory that is not in use. Call only when there is no recording. */
  clear(): void {
    for (const buffer of [...this.free.values()].flat()) {
      this.owned.delete(buffer);
      buffer.destroy();
    }
    this.free.clear();
  }
}
