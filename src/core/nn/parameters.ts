/** Functions on `ParameterStore`s (nn/types.ts): variables under PyTorch names. The store owns what is added to it. */
import * as tf from '@tensorflow/tfjs-core';
import { runningStatistics } from '../backend/ops.ts';
import { pytorchUniform } from './initialisers.ts';
import type { ParameterStore, StorePart } from './types.ts';

/** PyTorch's BatchNorm momentum: running = 0.9 running + 0.1 batch. */
export const BN_MOMENTUM = 0.1;

let serial = 0;

function variable(value: tf.Tensor, name: string, trainable: boolean): tf.Variable {
  // tfjs needs names that are unique in the process, and a race has several networks at once.
  const v = tf.variable(value, trainable, `${name}#${serial++}`);
  value.dispose();
  return v;
}

/**
 * Adds a trainable weight [..., fanIn axes, out] with PyTorch's default initialisation. `streamName` decides the random
 * stream.
 */
export function addWeight(
  store: ParameterStore,
  name: string,
  shape: number[],
  fanIn: number,
  seed: number,
  streamName = name,
): void {
  store.trainable.set(name, variable(pytorchUniform(seed, streamName, shape, fanIn), name, true));
}

/** Adds a trainable weight of this value, which it disposes. */
export function addValue(store: ParameterStore, name: string, value: tf.Tensor): void {
  store.trainable.set(name, variable(value, name, true));
}

/** Adds weight (1), bias (0), running_mean (0) and running_var (1) of a BatchNorm over `channels`. */
export function addBatchNorm(store: ParameterStore, prefix: string, channels: number): void {
  addAffine(store, prefix, channels);
  addStatistics(store, prefix, channels);
}

/** Adds weight (1) and bias (0) of a BatchNorm. */
export function addAffine(store: ParameterStore, prefix: string, channels: number): void {
  store.trainable.set(`${prefix}.weight`, variable(tf.ones([channels]), `${prefix}.weight`, true));
  store.trainable.set(`${prefix}.bias`, variable(tf.zeros([channels]), `${prefix}.bias`, true));
}

/** Adds running_mean (0) and running_var (1) of a BatchNorm. */
export function addStatistics(store: ParameterStore, prefix: string, channels: number): void {
  store.buffers.set(
    `${prefix}.running_mean`,
    variable(tf.zeros([channels]), `${prefix}.running_mean`, false),
  );
  store.buffers.set(`${prefix}.running_var`, variable(tf.ones([channels]), `${prefix}.running_var`, false));
}

/** Adds a single tensor to the buffers: checkpoints hold it, SGD does not change it. Disposes `value`. */
export function addBuffer(store: ParameterStore, part: StorePart, value: tf.Tensor): void {
  store.parts.set(part.name, part);
  store.buffers.set(part.name, variable(value, part.name, false));
}

/** Adds a single number, 0 at first, to the buffers. */
export const addNumber = (store: ParameterStore, part: StorePart): void =>
  addBuffer(store, part, tf.scalar(0));

/** The part that a parameter belongs to; undefined for the network's own parameters. */
export function partOf(store: ParameterStore, parameterName: string): StorePart | undefined {
  return store.parts.get(parameterName.split('.', 1)[0]);
}

/**
 * The variables of one part under their names within it (`natural.conv1.weight` as `conv1.weight`). `store` still owns
 * them.
 */
export function partStore(store: ParameterStore, { name: part }: StorePart): ParameterStore {
  const within = (variables: ReadonlyMap<string, tf.Variable>) =>
    new Map(
      [...variables]
        .filter(([name]) => name.startsWith(`${part}.`))
        .map(([name, v]) => [name.slice(part.length + 1), v] as const),
    );
  return { trainable: within(store.trainable), buffers: within(store.buffers), parts: new Map() };
}

/** The trainable variable or buffer of that name, owned by the store. Throws `Error` if there is none. */
export function parameter(store: ParameterStore, name: string): tf.Variable {
  const v = store.trainable.get(name) ?? store.buffers.get(name);
  if (!v) throw new Error(`There is no parameter '${name}' in this network.`);
  return v;
}

/**
 * Updates the running statistics of the BatchNorm `prefix` in place as PyTorch does: momentum 0.1, unbiased variance.
 * mean and biased variance [C] are over `count` values per channel.
 */
export function moveRunningStatistics(
  store: ParameterStore,
  prefix: string,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  count: number,
): void {
  tf.tidy(() => {
    const runningMean = parameter(store, `${prefix}.running_mean`);
    const runningVar = parameter(store, `${prefix}.running_var`);
    const unbiased = count > 1 ? count / (count - 1) : 1;
    const running = { mean: runningMean, variance: runningVar };
    const moved = runningStatistics(running, { mean, variance }, BN_MOMENTUM, unbiased);
    runningMean.assign(moved.mean);
    runningVar.assign(moved.variance);
  });
}

/** Disposes every variable of the store, those of its parts included. */
export function disposeStore(store: ParameterStore): void {
  for (const v of store.trainable.values()) v.dispose();
  for (const v of store.buffers.values()) v.dispose();
  store.trainable.clear();
  store.buffers.clear();
  store.parts.clear();
}
