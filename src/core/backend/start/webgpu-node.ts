/** Node only: WebGPU from the npm package `webgpu` (Dawn). */
import type * as Dawn from 'webgpu';

let gpu: GPU | null = null;

/**
 * One GPU object per process; installs WebGPU's globals (`GPUBufferUsage`, `navigator.gpu` and so on), which tfjs
 * reads.
 */
export async function createGpu(): Promise<GPU> {
  if (gpu) return gpu;
  // Not a literal, since a bundler for the browser would try to bundle the native addon.
  const name = 'webgpu';
  const { create, globals } = (await import(/* @vite-ignore */ name)) as typeof Dawn;
  Object.assign(globalThis, globals);
  gpu = create([]);
  if (typeof navigator === 'undefined') Object.assign(globalThis, { navigator: {} });
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}
