/** The WASM backend: SIMD, and threads where the page is cross-origin isolated. */
import * as tfWasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendEnvironment, StartedBackend } from './types.ts';
import { deviceFault } from '../device-fault.ts';
import { isNode } from '../is-node.ts';
import { registerCompositions, registerFastKernels } from '../kernels/register.ts';
import { createWasmKernels } from '../kernels/wasm/index.ts';
import { BackendUnavailable } from './unavailable.ts';

/**
 * Threads for our kernels. Beyond four, half of the logical cores: two threads of one core share its vector units, and a slow
 * core makes all the others wait.
 */
const defaultThreads = (cores: number): number => (cores <= 4 ? cores : Math.min(8, Math.max(4, cores / 2)));

/** Puts our implementation in place of one of tfjs's on WASM. */
function replaceStockKernel(
  kernelName: string,
  run: (x: tf.Tensor, backend: tfWasm.BackendWasm) => tf.TensorInfo,
): void {
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => run(inputs.x as tf.Tensor, backend as tfWasm.BackendWasm),
  });
}

/** Two of tfjs's kernels that would hurt wherever they are used. */
function repairStockKernels(): void {
  // It copies the tensor, and the gradient tape clones every activation that it keeps. A clone can share the data, as on every
  // other backend: tensors are never written to once made.
  replaceStockKernel('Identity', (x, backend) => {
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });
  // It calls values below about 1e-7 zero, which gradients often are.
  replaceStockKernel('Sign', (x) => tf.tidy(() => tf.sub(tf.step(x), tf.step(tf.neg(x)))));
}

/** Whether the page may share memory between threads, and the engine has SIMD to use it for. */
const mayShareMemory = (): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && !isNode() && self.crossOriginIsolated;

/** Puts a backend on shared memory in place of tfjs's own; returns whether that worked. */
async function shareMemory(): Promise<boolean> {
  try {
    const { createSharedMemoryBackend } = await import('./wasm-threaded.ts');
    const backend = await createSharedMemoryBackend();
    tf.removeBackend('wasm');
    return tf.registerBackend('wasm', () => backend);
  } catch {
    // No room for 4 GiB of addresses, as on small devices: one thread works without.
    return false;
  }
}

/** tfjs's own way to make one, kept from before the first start. */
let stockFactory: ReturnType<typeof tf.findBackendFactory>;

async function makeBackend(simd: boolean, wanted: number): Promise<void> {
  if (isNode()) tfWasm.setWasmPaths((await import('./wasm-files-node.ts')).wasmFolder());
  else tfWasm.setWasmPaths((await import('./wasm-files-browser.ts')).WASM_FILES);
  const shared = simd && wanted > 1 && mayShareMemory() && (await shareMemory());
  // Its threaded start-up is broken by minifiers: see wasm-threaded.ts.
  if (!shared) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
}

/** An instance whose memory ran out or that was aborted computes nothing any more: a new one takes its place. */
async function dropBrokenBackend(): Promise<void> {
  await tf.setBackend('wasm');
  if ((await deviceFault()) === null) return;
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', stockFactory);
}

/** Starts it and registers the fast kernels. Called again, it takes the backend that is there, unless that one is broken. */
export async function startWasm(environment: BackendEnvironment): Promise<StartedBackend> {
  if (typeof WebAssembly === 'undefined') {
    throw new BackendUnavailable('WebAssembly is switched off in this browser.');
  }
  const simd = Boolean(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'));
  const cores = typeof navigator === 'undefined' ? 1 : (navigator.hardwareConcurrency ?? 1);
  const wanted = Math.floor(environment.threads ?? defaultThreads(cores));
  stockFactory ??= tf.findBackendFactory('wasm');
  if (tf.engine().registry.wasm) await dropBrokenBackend();
  if (!tf.engine().registry.wasm) await makeBackend(simd, wanted);
  const start = () => tf.setBackend('wasm');
  const running = isNode() ? (await import('./wasm-files-node.ts')).withoutProcessHandlers(start) : start();
  if (!(await running)) {
    throw new BackendUnavailable('tfjs could not start it (its .wasm file may not have loaded).');
  }
  repairStockKernels();
  const { kernels, threads } = await createWasmKernels(tf.backend() as tfWasm.BackendWasm, wanted);
  registerFastKernels('wasm', kernels);
  return {
    device: `WebAssembly on ${threads} CPU thread${threads === 1 ? '' : 's'}${simd ? ' with SIMD' : ', without SIMD'}`,
    software: false,
    useCompositions: () => registerCompositions('wasm'),
  };
}
