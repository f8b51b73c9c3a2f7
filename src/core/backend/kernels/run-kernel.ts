import * as tf from '@tensorflow/tfjs-core';
import { KERNELS, type KernelKey, type Signatures } from './signatures.ts';

/** Runs one of the project's kernels on the current backend; its outputs are in the order of signatures.ts. */
export function runKernel<K extends KernelKey>(
  key: K,
  inputs: { [N in keyof Signatures[K]['inputs']]: tf.Tensor },
  attrs: Signatures[K]['attrs'],
): tf.Tensor[] {
  const out = tf.engine().runKernel(KERNELS[key], inputs as tf.NamedTensorMap, attrs as never);
  return (Array.isArray(out) ? out : [out]) as tf.Tensor[];
}
