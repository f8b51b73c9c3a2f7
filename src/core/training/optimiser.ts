/** SGD as in torch.optim.SGD: weight decay is added to the gradient, momentum has no dampening. */
import * as tf from '@tensorflow/tfjs-core';
import { sgdUpdate } from '../backend/ops.ts';

export interface SgdOptions {
  readonly momentum: number;
  readonly weightDecay: number;
}

export class Sgd {
  /** Momentum buffers by parameter name; zero before the first step (which equals PyTorch's first step). */
  readonly velocities = new Map<string, tf.Variable>();

  /** The caller owns `parameters`; this object owns the momentum buffers until `dispose`. */
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

  /** One step. The caller owns the gradients, by parameter name. A parameter without one stays, as in PyTorch. */
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
