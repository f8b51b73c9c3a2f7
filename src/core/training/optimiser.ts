/** SGD as in torch.optim.SGD: weight decay added to the gradient, momentum without dampening, on every parameter. */
import * as tf from '@tensorflow/tfjs-core';
import { sgdUpdate } from '../backend/ops.ts';

export interface SgdOptions {
  readonly momentum: number;
  readonly weightDecay: number;
}

export class Sgd {
  /** Momentum buffers by parameter name; zero before the first step (which equals PyTorch's first step). */
  readonly velocities = new Map<string, tf.Variable>();

  /** `parameters` stay the caller's; the momentum buffers are this object's (`dispose`). */
  constructor(
    private readonly parameters: ReadonlyMap<string, tf.Variable>,
    private readonly options: SgdOptions,
  ) {
    for (const [name, p] of parameters) {
      const zeros = tf.zeros(p.shape);
      this.velocities.set(name, tf.variable(zeros, false));
      zeros.dispose();
    }
  }

  /** One step. Gradients by parameter name, the caller's; a parameter without one is left alone, as PyTorch does. */
  step(gradients: ReadonlyMap<string, tf.Tensor>, learningRate: number): void {
    const names = [...this.parameters.keys()].filter((name) => gradients.has(name));
    sgdUpdate(
      names.map((name) => this.parameters.get(name)!),
      names.map((name) => this.velocities.get(name)!),
      names.map((name) => gradients.get(name)!),
      learningRate,
      this.options.momentum,
      this.options.weightDecay,
    );
  }

  dispose(): void {
    for (const v of this.velocities.values()) v.dispose();
    this.velocities.clear();
  }
}
