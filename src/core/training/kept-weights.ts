/** A network's weights as plain data: for checkpoints, and for the best epoch that early stopping keeps. */
import * as tf from '@tensorflow/tfjs-core';
import type { ParameterStore } from '../nn/types.ts';

/** Values by PyTorch name, in tfjs layout. The experiment's config decides the shapes. */
export type Values = Readonly<Record<string, Float32Array>>;

export interface Weights {
  readonly parameters: Values;
  /** Running BatchNorm statistics, and the parts of a method that SGD does not update. */
  readonly buffers: Values;
}

/** The weights of one epoch, and the robust accuracy on held-out images for which they were kept. */
export interface KeptWeights extends Weights {
  /** Finished epochs. */
  readonly epoch: number;
  /** In [0,1]. */
  readonly robust: number;
}

/** Copies of the variables' values. */
export async function readValues(variables: ReadonlyMap<string, tf.Variable>): Promise<Values> {
  const entries = [...variables].map(async ([name, v]) => {
    // Copy: the cpu backend returns its own memory, which further training would change.
    return [name, Float32Array.from(await v.data())] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

export const readWeights = async ({ trainable, buffers }: ParameterStore): Promise<Weights> => ({
  parameters: await readValues(trainable),
  buffers: await readValues(buffers),
});

/** Sets the variables to copies of these values, which must have all their names. */
export function writeValues(values: Values, variables: ReadonlyMap<string, tf.Variable>): void {
  for (const [name, v] of variables) {
    const value = tf.tensor(values[name].slice(), v.shape);
    v.assign(value as never);
    value.dispose();
  }
}

export function writeWeights({ parameters, buffers }: Weights, store: ParameterStore): void {
  writeValues(parameters, store.trainable);
  writeValues(buffers, store.buffers);
}
