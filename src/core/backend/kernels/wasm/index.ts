/** Fast kernels of the WASM backend. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelSet } from '../signatures.ts';

export const WASM_KERNELS: KernelSet<BackendWasm> = {};
