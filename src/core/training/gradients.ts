/** Gradients of one scalar of a method's loss with respect to every trainable parameter. */
import * as tf from '@tensorflow/tfjs-core';
import type { AttackedBatch, LossResult, Method, StepContext } from '../methods/types.ts';

export interface LossGradients {
  /** By parameter name; a parameter that the scalar does not reach is absent. */
  readonly gradients: Map<string, tf.Tensor>;
  /** [loss, term, term, ...]. */
  readonly metrics: tf.Tensor1D;
  readonly termNames: readonly string[];
  /** Whether the loss has two terms that may conflict. */
  readonly hasConflict: boolean;
}

/** Runs the method's training forward once (its running statistics move) and differentiates `of`. Call within tidy. */
export function lossGradients<Extras>(
  method: Method<Extras>,
  context: StepContext<Extras>,
  batch: AttackedBatch,
  y: tf.Tensor1D,
  of: (r: LossResult) => tf.Scalar = (r) => r.loss,
): LossGradients {
  const captured: { metrics?: tf.Tensor1D; termNames: string[]; hasConflict: boolean } = {
    termNames: [],
    hasConflict: false,
  };
  const { trainable } = context.network;
  const { grads, value } = tf.variableGrads(() => {
    const result = method.loss(context, batch, y);
    captured.termNames = Object.keys(result.terms);
    captured.hasConflict = result.conflict !== null;
    // Kept, because the tape's own scope would dispose it; the caller's tidy does not see kept tensors.
    captured.metrics = tf.keep(tf.stack([result.loss, ...Object.values(result.terms)])) as tf.Tensor1D;
    return of(result);
  }, [...trainable.values()]);
  value.dispose();
  const gradients = new Map<string, tf.Tensor>();
  for (const [name, v] of trainable) if (grads[v.name]) gradients.set(name, grads[v.name]);
  const { termNames, hasConflict } = captured;
  return { gradients, metrics: captured.metrics!, termNames, hasConflict };
}

/**
 * The gradients of the two conflicting terms apart, from two forward passes of which only the first moves the running
 * statistics. Null `second` when the loss has no two terms (then `first` is the whole loss's). Call within tidy.
 */
export function conflictingGradients<Extras>(
  method: Method<Extras>,
  context: StepContext<Extras>,
  batch: AttackedBatch,
  y: tf.Tensor1D,
): { first: LossGradients; second: LossGradients | null } {
  const first = lossGradients(method, context, batch, y, (r) => r.conflict?.first ?? r.loss);
  if (!first.hasConflict) return { first, second: null };
  const saved = [...context.network.buffers.values()].map((v) => [v, tf.clone(v)] as const);
  const second = lossGradients(method, context, batch, y, (r) => r.conflict!.second);
  for (const [v, value] of saved) v.assign(value as never);
  second.metrics.dispose();
  return { first, second };
}
