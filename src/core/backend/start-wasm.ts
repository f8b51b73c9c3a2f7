/** The WASM backend: SIMD, and threads where the page is cross-origin isolated. */
import * as tfWasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendEnvironment, StartedBackend } from './backend.ts';
import { registerCompositions, registerFastKernels } from './kernels/register.ts';
import { createWasmKernels } from './kernels/wasm/index.ts';
import { BackendUnavailable } from './unavailable.ts';

const MAX_THREADS = 8;
const isNode = (): boolean => typeof process !== 'undefined' && typeof process.versions?.node === 'string';

/**
 * tfjs's own Identity copies the tensor on WASM, and the gradient tape clones every activation it keeps. The clone can share the
 * data, as on every other backend: tensors are never written to once made.
 */
function shareClones(): void {
  tf.unregisterKernel('Identity', 'wasm');
  tf.registerKernel({
    kernelName: 'Identity',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => {
      const { x } = inputs as { x: tf.TensorInfo };
      (backend as tfWasm.BackendWasm).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}

/** Starts it and registers the fast kernels. */
export async function startWasm(environment: BackendEnvironment): Promise<StartedBackend> {
  if (typeof WebAssembly === 'undefined') {
    throw new BackendUnavailable('WebAssembly is switched off in this browser.');
  }
  if (!tf.engine().registry.wasm) {
    if (isNode()) tfWasm.setWasmPaths((await import('./wasm-files-node.ts')).wasmFolder());
    else tfWasm.setWasmPaths((await import('./wasm-files-browser.ts')).WASM_FILES);
    const cores = typeof navigator === 'undefined' ? 1 : (navigator.hardwareConcurrency ?? 1);
    tfWasm.setThreadsCount(environment.threads ?? Math.min(cores, MAX_THREADS));
  }
  if (!(await tf.setBackend('wasm'))) {
    throw new BackendUnavailable('tfjs could not start it (its .wasm file may not have loaded).');
  }
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const threaded = simd && (await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT'));
  const threads = threaded ? tfWasm.getThreadsCount() : 1;
  shareClones();
  registerFastKernels('wasm', await createWasmKernels(tf.backend() as tfWasm.BackendWasm, threads));
  return {
    device: `WebAssembly on ${threads} CPU thread${threads === 1 ? '' : 's'}${simd ? ' with SIMD' : ', without SIMD'}`,
    software: false,
    useCompositions: () => registerCompositions('wasm'),
  };
}
