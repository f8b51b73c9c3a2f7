/** ARAT's predictor h: Linear(d, d/4, no bias), BatchNorm1d, ReLU, Linear(d/4, d), after SimSiam (Chen & He 2021). */
import type * as tf from '@tensorflow/tfjs-core';
import { batchNormTrain, linear } from '../backend/ops.ts';
import { addBatchNorm, addWeight, moveRunningStatistics, parameter } from './parameters.ts';
import type { ParameterStore, StorePart } from './types.ts';

export class Predictor {
  private readonly prefix: string;

  /** Adds its parameters to `store`, which owns them, as `<part>.<layer>.{0,1,3}.*`. d: the layer's channels. */
  constructor(
    private readonly store: ParameterStore,
    part: StorePart,
    layer: string,
    d: number,
    seed: number,
  ) {
    store.parts.set(part.name, part);
    this.prefix = `${part.name}.${layer}`;
    const hidden = Math.max(1, Math.floor(d / 4));
    addWeight(store, `${this.prefix}.0.weight`, [d, hidden], d, seed);
    addBatchNorm(store, `${this.prefix}.1`, hidden);
    addWeight(store, `${this.prefix}.3.weight`, [hidden, d], hidden, seed);
    addWeight(store, `${this.prefix}.3.bias`, [d], hidden, seed);
  }

  /** h(z), z [N,d] -> [N,d], in train mode; updates the running statistics. Call within tidy. */
  apply(z: tf.Tensor2D): tf.Tensor2D {
    const get = (name: string) => parameter(this.store, `${this.prefix}.${name}`);
    const hidden = linear(z, get('0.weight') as never);
    const bn = batchNormTrain(hidden, get('1.weight') as never, get('1.bias') as never, true);
    moveRunningStatistics(this.store, `${this.prefix}.1`, bn.mean, bn.variance, z.shape[0]);
    return linear(bn.y as tf.Tensor2D, get('3.weight') as never, get('3.bias') as never);
  }
}
