/** Gradients of a method's loss, or of one of its two terms, with respect to every trainable parameter. */
import * as tf from '@tensorflow/tfjs-core';
import type { AttackedBatch, Gradients, LossResult, Method, StepContext } from '../methods/types.ts';

export interface LossGradients {
  /** By parameter name, without the parameters that the scalar does not depend on. Freed by the caller's tidy. */
  readonly gradients: Map<string, tf.Tensor>;
  /** [loss, term, term, ...], kept: the caller disposes it. */
  readonly metrics: tf.Tensor1D;
  readonly termNames: readonly string[];
  /** Whether the loss has two terms that may conflict. */
  readonly hasConflict: boolean;
}

/** Runs the method's loss once, which updates running statistics, and differentiates `of`. Call within tidy. */
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
    // tf.keep, since variableGrads would dispose it.
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
 * The gradients of each of the two conflicting terms, from two forward passes, of which only the first updates running
 * statistics. If the loss does not have two terms, `first` is of the whole loss and `second` null. Call within tidy.
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

/** a + b of every named parameter that one of the two has, in the order of `names`. Call within tidy. */
export function summed(a: Gradients, b: Gradients, names: Iterable<string>): Map<string, tf.Tensor> {
  const out = new Map<string, tf.Tensor>();
  for (const name of names) {
    const [first, second] = [a.get(name), b.get(name)];
    if (first || second) out.set(name, first && second ? tf.add(first, second) : (first ?? second)!);
  }
  return out;
}
