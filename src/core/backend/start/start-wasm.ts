/** The WASM backend: SIMD, and threads where the page is cross-origin isolated. */
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
 * Threads for our kernels. Beyond four, half of the logical cores: two threads of one core share its vector units, and
 * a slow core makes all the others wait.
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

/** Replaces two of tfjs's kernels: one makes a needless copy, one is wrong for small values. */
function repairStockKernels(): void {
  // tfjs's kernel copies the tensor, and the gradient tape clones every activation that it keeps. Tensors are
  // immutable, so a clone can share the data, as it does on every other backend.
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

/** tfjs's own factory of the backend, as it was before the first start. */
let stockFactory: ReturnType<typeof tf.findBackendFactory>;

/** Puts a backend on shared memory in place of tfjs's own; returns whether that worked. */
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
    // No room for 4 GiB of addresses, as on small devices: one thread works without.
    return false;
  }
}

/**
 * Makes tfjs's current backend; returns whether that worked. In a browser the binary is fetched here and handed over:
 * tfjs would wait for ever for one that does not arrive, and refuse every later start in this worker after one that
 * failed.
 */
async function makeBackend(simd: boolean, wanted: number, environment: BackendEnvironment): Promise<boolean> {
  const start = () => tf.setBackend('wasm');
  // Its threaded start-up is broken by minifiers: see wasm-threaded.ts.
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

/** An instance that ran out of memory or was aborted cannot compute again: a new one replaces it. */
async function dropBrokenBackend(): Promise<void> {
  await tf.setBackend('wasm');
  if ((await deviceFault()) === null) return;
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', stockFactory);
}

/**
 * Starts it and registers the fast kernels. Called again, it takes the backend that is there, unless that one is
 * broken.
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
