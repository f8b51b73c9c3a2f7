/** A network's variables from and to weight files. Layouts: conv OIHW <-> HWIO, linear [out,in] <-> [in,out]. */
import * as tf from '@tensorflow/tfjs-core';
import { partOf } from './parameters.ts';
import { writeSafetensors, type HostTensor, type WrittenTensor } from './safetensors.ts';
import type { Network, ParameterStore } from './types.ts';

/**
 * A float32 tensor in tfjs layout. As `parameter`, conv OIHW -> HWIO and linear [out,in] -> [in,out]; as `images`,
 * [N,C,H,W] -> [N,H,W,C]. The caller owns the tensor.
 */
export function toTensor(host: HostTensor, kind: 'parameter' | 'images' = 'parameter'): tf.Tensor {
  return tf.tidy(() => {
    const t = tf.tensor(Float32Array.from(host.data), host.shape as number[], 'float32');
    if (host.shape.length === 4) return tf.transpose(t, kind === 'images' ? [0, 2, 3, 1] : [2, 3, 1, 0]);
    return host.shape.length === 2 && kind === 'parameter' ? tf.transpose(t) : t;
  });
}

/** The shape in PyTorch's layout of a parameter with this shape in tfjs layout. */
const pytorchShape = (shape: readonly number[]): readonly number[] =>
  shape.length === 4 ? [3, 2, 0, 1].map((axis) => shape[axis]) : [...shape].reverse();

/** The values of a parameter in PyTorch layout (HWIO -> OIHW, [in,out] -> [out,in]). The caller keeps the tensor. */
export async function toHost(t: tf.Tensor): Promise<{ shape: number[]; data: Float32Array }> {
  const p = tf.tidy(() =>
    t.rank === 4 ? tf.transpose(t, [3, 2, 0, 1]) : t.rank === 2 ? tf.transpose(t) : tf.clone(t),
  );
  try {
    return { shape: p.shape, data: (await p.data()) as Float32Array };
  } finally {
    p.dispose();
  }
}

/** The values of those variables whose names `chosen` accepts, in PyTorch layout. */
async function valuesOf(
  store: ParameterStore,
  chosen: (name: string) => boolean,
): Promise<Map<string, WrittenTensor>> {
  const tensors = new Map<string, WrittenTensor>();
  for (const [name, v] of [...store.trainable, ...store.buffers])
    if (chosen(name)) tensors.set(name, await toHost(v));
  return tensors;
}

/** PyTorch's BatchNorm counts the updates of its running statistics, and a strict load asks for the count. */
function addCounts(tensors: Map<string, WrittenTensor>, count: number): void {
  for (const name of [...tensors.keys()])
    if (name.endsWith('.running_mean')) {
      const counter = name.replace(/running_mean$/, 'num_batches_tracked');
      tensors.set(counter, { shape: [], data: BigInt64Array.of(BigInt(count)) });
    }
}

export interface ExportOptions {
  /** Optimiser steps: what PyTorch would have counted. */
  readonly steps?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /** F16 halves the file. */
  readonly floats?: 'F32' | 'F16';
}

/**
 * A safetensors file with the network alone, which the official code loads with `strict=True`. The metadata entry
 * `architecture` says how the network is built.
 */
export async function exportWeights(network: Network, options: ExportOptions = {}): Promise<Uint8Array> {
  const { steps = 0, metadata = {}, floats } = options;
  const tensors = await valuesOf(network, (name) => partOf(network, name) === undefined);
  addCounts(tensors, steps);
  const architecture = JSON.stringify({ network: 'resnet', ...network.spec });
  return writeSafetensors(tensors, { format: 'pt', architecture, ...metadata }, floats);
}

/**
 * A safetensors file with those parts beside the network that are declared as exported, such as ARAT's predictors; null
 * if there are none.
 */
export async function exportParts(network: Network, options: ExportOptions = {}): Promise<Uint8Array | null> {
  const { steps = 0, metadata = {}, floats } = options;
  const tensors = await valuesOf(network, (name) => partOf(network, name)?.exported === true);
  if (tensors.size === 0) return null;
  addCounts(tensors, steps);
  return writeSafetensors(tensors, { format: 'pt', ...metadata }, floats);
}

/**
 * Assigns the tensors named `<prefix><parameter>` to the store's variables. Throws `Error` if one is missing or has
 * another shape; the store is then unchanged.
 */
export function importWeights(
  store: ParameterStore,
  tensors: ReadonlyMap<string, HostTensor>,
  prefix = '',
): void {
  const all = [...store.trainable, ...store.buffers];
  const values = new Map<string, tf.Tensor>();
  try {
    for (const [name, v] of all) {
      const host = tensors.get(prefix + name);
      if (!host) throw new Error(`The weights have no tensor '${prefix + name}', which this network needs.`);
      const value = toTensor(host);
      values.set(name, value);
      if (!tf.util.arraysEqual(value.shape, v.shape))
        throw new Error(
          `Weights '${prefix + name}' have shape [${host.shape}], this network needs [${pytorchShape(v.shape)}].`,
        );
    }
    for (const [name, v] of all) v.assign(values.get(name)!);
  } finally {
    for (const value of values.values()) value.dispose();
  }
}
