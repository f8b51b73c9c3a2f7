/** Starts the WASM backend, with SIMD, and with threads if the page is cross-origin isolated. */
import * as tfWasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { arrived, fetchBinary } from './arrival.ts';
import type { BackendEnvironment, StartedBackend } from './types.ts';
import { deviceFault } from '../device-fault.ts';
import { isNode } from '../is-node.ts';
import { registerCompositions, registerFastKernels } from '../kernels/register.ts';
import { createWasmKernels } from '../kernels/wasm/index.ts';
import { BackendUnavailable } from './unavailable.ts';

/**
 * Threads for our kernels. With more than four logical cores, half of them, from four to eight: two threads of one core
 * share its vector units, and all threads wait for the slowest core.
 */
const defaultThreads = (cores: number): number => (cores <= 4 ? cores : Math.min(8, Math.max(4, cores / 2)));

/** Replaces one of tfjs's kernels on WASM. */
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

/** Replaces two of tfjs's kernels, of which one makes a needless copy and one is wrong for small values. */
function repairStockKernels(): void {
  // tfjs's kernel copies the tensor, and the gradient tape clones every activation that it keeps. Tensors are
  // immutable, so a clone can share the data, as it does on every other backend.
  replaceStockKernel('Identity', (x, backend) => {
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });
  // tfjs's Sign is 0 for values below about 1e-7, as gradients often are.
  replaceStockKernel('Sign', (x) => tf.tidy(() => tf.sub(tf.step(x), tf.step(tf.neg(x)))));
}

/** Whether the page may share memory between threads. */
const mayShareMemory = (): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && !isNode() && self.crossOriginIsolated;

/** tfjs's own factory of the backend, kept from before the first start. */
let stockFactory: ReturnType<typeof tf.findBackendFactory>;

/** Replaces tfjs's backend by one on shared memory; returns whether that worked. Throws `NotArrived`. */
async function shareMemory({ arrivalMs }: BackendEnvironment, address: string): Promise<boolean> {
  const [{ createSharedMemoryBackend }, binary] = await Promise.all([
    arrived(import('./wasm-threaded.ts'), arrivalMs),
    fetchBinary(address, arrivalMs),
  ]);
  try {
    const backend = await createSharedMemoryBackend(binary);
    tf.removeBackend('wasm');
    return tf.registerBackend('wasm', () => backend);
  } catch {
    // No room for 4 GiB of addresses, as on small devices; one thread does not need them.
    return false;
  }
}

/**
 * Makes the backend and sets it as tfjs's current one; returns whether that worked. In a browser the binary is fetched
 * here, because tfjs would wait for ever for one that does not arrive, and after a failed start it refuses every other
 * in this worker. Throws `NotArrived`.
 */
async function makeBackend(simd: boolean, wanted: number, environment: BackendEnvironment): Promise<boolean> {
  const start = () => tf.setBackend('wasm');
  // Minifiers break tfjs's threaded start-up: see wasm-threaded.ts.
  const useOneThread = () => tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (isNode()) {
    const { wasmFolder, withoutProcessHandlers } = await import('./wasm-files-node.ts');
    tfWasm.setWasmPaths(wasmFolder());
    useOneThread();
    return withoutProcessHandlers(start);
  }
  const { arrivalMs } = environment;
  const { WASM_FILES } = await arrived(import('./wasm-files-browser.ts'), arrivalMs);
  const shared = simd && wanted > 1 && mayShareMemory();
  if (shared && (await shareMemory(environment, WASM_FILES['tfjs-backend-wasm-threaded-simd.wasm'])))
    return start();
  useOneThread();
  const name = simd ? 'tfjs-backend-wasm-simd.wasm' : 'tfjs-backend-wasm.wasm';
  const binary = await fetchBinary(WASM_FILES[name], arrivalMs);
  const url = URL.createObjectURL(new Blob([binary], { type: 'application/wasm' }));
  try {
    tfWasm.setWasmPaths(Object.fromEntries(Object.keys(WASM_FILES).map((file) => [file, url])));
    return await start();
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Drops an instance that ran out of memory or was aborted, since it cannot compute again. */
async function dropBrokenBackend(): Promise<void> {
  await tf.setBackend('wasm');
  if ((await deviceFault()) === null) return;
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', stockFactory);
}

/**
 * Starts the backend and registers the fast kernels. Called again, it keeps the existing backend unless that is broken.
 * Throws `BackendUnavailable`.
 */
export async function startWasm(environment: BackendEnvironment): Promise<StartedBackend> {
  if (typeof WebAssembly === 'undefined') {
    throw new BackendUnavailable('WebAssembly is switched off in this browser.');
  }
  const simd = Boolean(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'));
  const cores = typeof navigator === 'undefined' ? 1 : (navigator.hardwareConcurrency ?? 1);
  const wanted = Math.floor(environment.threads ?? defaultThreads(cores));
  stockFactory ??= tf.findBackendFactory('wasm');
  if (tf.engine().registry.wasm) await dropBrokenBackend();
  const there = Boolean(tf.engine().registry.wasm);
  if (!(there ? await tf.setBackend('wasm') : await makeBackend(simd, wanted, environment)))
    throw new BackendUnavailable('tfjs could not start it.');
  repairStockKernels();
  const { kernels, threads, arithmetic } = await createWasmKernels(
    tf.backend() as tfWasm.BackendWasm,
    wanted,
  );
  registerFastKernels('wasm', kernels);
  return {
    device: `WebAssembly on ${threads} CPU thread${threads === 1 ? '' : 's'}${simd ? ' with SIMD' : ', without SIMD'}`,
    software: false,
    arithmetic,
    useCompositions: () => registerCompositions('wasm'),
  };
}
