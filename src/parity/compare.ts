/** Compares tensors and stores of this engine with reference tensors in PyTorch layout. */
import * as tf from '@tensorflow/tfjs-core';
import { entry, TOLERANCE, type Tensors } from './reference.ts';
import { relativeNorm, worstDifference, type Report } from './report.ts';
import { toHost, toTensor } from '../core/nn/weights.ts';
import type { ParameterStore } from '../core/nn/types.ts';

/** The reference images `name` as [N,H,W,C]; the caller owns the tensor. */
export function images(tensors: Tensors, name: string): tf.Tensor4D {
  return toTensor(entry(tensors, name), 'images') as tf.Tensor4D;
}

/** The reference labels `name` as int32 [N]; the caller owns the tensor. */
export function labels(tensors: Tensors, name: string): tf.Tensor1D {
  return tf.tensor1d(Int32Array.from(entry(tensors, name).data), 'int32');
}

/** Computes a scalar and resolves to its value. */
export async function scalar(compute: () => tf.Tensor): Promise<number> {
  const t = tf.tidy(compute);
  const [value] = await t.data();
  t.dispose();
  return value;
}

/** The values of images [N,H,W,C] in the reference's order, NCHW. */
export async function imageNumbers(x: tf.Tensor4D): Promise<Float32Array> {
  const t = tf.transpose(x, [0, 3, 1, 2]);
  const values = (await t.data()) as Float32Array;
  t.dispose();
  return values;
}

/** Reports the largest absolute difference of a tensor with the same layout in both (logits, features, vectors). */
export async function addAbsolute(
  report: Report,
  quantity: string,
  t: tf.Tensor,
  tensors: Tensors,
  name: string,
) {
  report.add(quantity, worstDifference(await t.data(), entry(tensors, name).data), TOLERANCE.logits, name);
}

/**
 * Reports the relative norm error of every gradient against `<prefix><name>`. A gradient of the reference that is
 * missing in `gradients` is an infinite error. So is a reference without gradients, because comparing nothing must
 * fail.
 */
export async function addGradients(
  report: Report,
  quantity: string,
  gradients: ReadonlyMap<string, tf.Tensor>,
  tensors: Tensors,
  prefix: string,
): Promise<void> {
  const names = [...tensors.keys()].filter((name) => name.startsWith(prefix));
  if (names.length === 0)
    report.add(quantity, Infinity, TOLERANCE.gradient, `no ${prefix}* in the reference`);
  for (const name of names) {
    const g = gradients.get(name.slice(prefix.length));
    const error = g ? relativeNorm((await toHost(g)).data, entry(tensors, name).data) : Infinity;
    report.add(quantity, error, TOLERANCE.gradient, name);
  }
}

/**
 * Reports the relative norm error of every parameter and statistic that the reference has as `<prefix><name>`. Rejects
 * if the store lacks one of them.
 */
export async function addState(
  report: Report,
  quantity: string,
  store: ParameterStore,
  tensors: Tensors,
  prefix: string,
  tolerance: number,
): Promise<void> {
  for (const name of tensors.keys()) {
    if (!name.startsWith(prefix)) continue;
    const key = name.slice(prefix.length);
    const value = store.trainable.get(key) ?? store.buffers.get(key);
    if (!value) throw new Error(`The reference has '${name}', which this network lacks.`);
    const { data } = await toHost(value);
    const reference = entry(tensors, name).data;
    report.add(quantity, relativeNorm(data, reference), tolerance, name);
  }
}

/** Reports the largest absolute difference of the running statistics that the reference has as `<prefix><name>`. */
export async function addStatistics(
  report: Report,
  quantity: string,
  store: ParameterStore,
  tensors: Tensors,
  prefix: string,
) {
  for (const [key, v] of store.buffers) {
    const name = prefix + key;
    if (!tensors.has(name)) continue;
    report.add(
      quantity,
      worstDifference(await v.data(), entry(tensors, name).data),
      TOLERANCE.statistics,
      name,
    );
  }
}
