/** The WASM backend: SIMD, and threads where the page is cross-origin isolated. */
import * as tfWasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendEnvironment, StartedBackend } from './backend.ts';
import { registerCompositions, registerFastKernels } from './kernels/register.ts';
import { createWasmKernels } from './kernels/wasm/index.ts';
import { BackendUnavailable } from './unavailable.ts';

const MAX_THREADS = 8;
const isNode = (): boolean => typeof process !== 'undefined' && typeof process.versions?.node === 'string';

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
  registerFastKernels('wasm', createWasmKernels(tf.backend() as tfWasm.BackendWasm));
  return {
    device: `WebAssembly on ${threads} CPU thread${threads === 1 ? '' : 's'}${simd ? ' with SIMD' : ', without SIMD'}`,
    software: false,
    useCompositions: () => registerCompositions('wasm'),
  };
}
