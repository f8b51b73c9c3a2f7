/** Counts what is asked of WebGPU, by anybody: tfjs, our kernels, jax-js. */

interface Counts {
  dispatches: number;
  submits: number;
  bytesAllocated: number;
  bytesWritten: number;
}
const counts: Counts = { dispatches: 0, submits: 0, bytesAllocated: 0, bytesWritten: 0 };
type WriteBuffer = [buffer: GPUBuffer, at: number, data: ArrayBufferView, from?: number, size?: number];
let counting = false;

/** Calls `before` with a method's arguments each time it is called on any object of the class. */
function watch<A extends unknown[]>(prototype: object, method: string, before: (...args: A) => void): void {
  const target = prototype as Record<string, (...args: A) => unknown>;
  const original = target[method];
  target[method] = function (this: unknown, ...args: A) {
    before(...args);
    return original.apply(this, args);
  };
}

/** Starts to count; in Node it installs WebGPU first. Calling it again does nothing. */
export async function countGpu(): Promise<void> {
  if (counting) return;
  if (typeof process !== 'undefined' && process.versions?.node) {
    await (await import('../../src/core/backend/start/webgpu-node.ts')).createGpu();
  }
  if (typeof GPUDevice === 'undefined') return;
  counting = true;
  watch(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', () => counts.dispatches++);
  watch(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', () => counts.dispatches++);
  watch(GPUQueue.prototype, 'submit', () => counts.submits++);
  watch(GPUDevice.prototype, 'createBuffer', (d: GPUBufferDescriptor) => (counts.bytesAllocated += d.size));
  watch(GPUQueue.prototype, 'writeBuffer', (...[, , data, from, size]: WriteBuffer) => {
    const element = 'BYTES_PER_ELEMENT' in data ? (data.BYTES_PER_ELEMENT as number) : 1;
    counts.bytesWritten += size === undefined ? data.byteLength - (from ?? 0) * element : size * element;
  });
}

/** Totals so far. */
export const gpuCounts = (): Readonly<Counts> => ({ ...counts });
