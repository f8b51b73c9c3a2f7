/** Registers the implementations of the project's kernels on the backends. */
import * as tf from '@tensorflow/tfjs-core';
import { REFERENCE } from '../reference.ts';
import { KERNELS } from './signatures.ts';
import type { KernelImplementation, KernelKey, KernelSet } from './signatures.ts';

/** The tfjs backends that the project uses. */
const BACKENDS = ['cpu', 'wasm', 'webgl', 'webgpu'] as const;

function register<K extends KernelKey, B>(
  key: K,
  backendName: string,
  implementation: KernelImplementation<K, B>,
): void {
  const kernelName = KERNELS[key];
  // Unregister first: tfjs warns on the console if a kernel is registered twice.
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ kernelName, backendName, kernelFunc: implementation as unknown as tf.KernelFunc });
}

/**
 * The composition of stock ops as a kernel. It disposes its intermediate tensors, and records nothing on the gradient
 * tape.
 */
export function genericKernel<K extends KernelKey>(key: K): KernelImplementation<K> {
  return ({ inputs, attrs }) => {
    const composition = REFERENCE[key] as (i: unknown, a: unknown) => tf.Tensor[];
    return tf.tidy(() => composition(inputs, attrs));
  };
}

/**
 * Registers the composition of every kernel on every backend that has no implementation of it. ops.ts calls it on
 * import.
 */
export function registerGenericKernels(): void {
  for (const key of Object.keys(KERNELS) as KernelKey[]) {
    for (const backendName of BACKENDS) {
      if (!tf.getKernel(KERNELS[key], backendName)) register(key, backendName, genericKernel(key));
    }
  }
}

/** Replaces the compositions by a backend's fast kernels. */
export function registerFastKernels<B>(backendName: (typeof BACKENDS)[number], kernels: KernelSet<B>): void {
  for (const key of Object.keys(kernels) as KernelKey[]) {
    const implementation = kernels[key];
    if (implementation) register(key, backendName, implementation as never);
  }
}

/**
 * Replaces a backend's fast kernels by the compositions: after a failed self-test, and to compare the two in tests and
 * benchmarks.
 */
export function registerCompositions(
  backendName: (typeof BACKENDS)[number],
  keys: readonly KernelKey[] = Object.keys(KERNELS) as KernelKey[],
): void {
  for (const key of keys) register(key, backendName, genericKernel(key));
}
