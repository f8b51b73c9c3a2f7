/**
 * The gradient conflict between every two single terms of a loss. It stands beside the conflict between the loss's two
 * sums, which the stop-gradient changes by construction: it removes the invariance term's gradient through x. Each term
 * is also compared with itself on two batches, which shows how small a cosine mini-batch noise alone gives.
 */
import * as tf from '@tensorflow/tfjs-core';
import { conflictOf, conflictSums } from '../analysis/gradient-conflict.ts';
import type { AttackedBatch, LossResult, Method, StepContext } from '../methods/types.ts';
import type { ConflictPair } from '../result/results.ts';
import { lossGradients } from './gradients.ts';
import type { Batch } from './step-batch.ts';

type Gradients = Map<string, tf.Tensor>;

/** The epochs after which pairs are measured: at a quarter, half and three quarters of the race, and at its end. */
export const pairEpochs = (epochs: number): ReadonlySet<number> =>
  new Set([1, 2, 3, 4].map((quarter) => Math.ceil((quarter * epochs) / 4)));

/** Gradients of the unweighted terms of one attacked batch over the shared weights. */
class Terms<Extras> {
  constructor(
    private readonly method: Method<Extras>,
    private readonly context: StepContext<Extras>,
    private readonly attacked: AttackedBatch,
    private readonly y: tf.Tensor1D,
  ) {}

  /** The gradients of `term`, which the caller disposes, and the names of all terms. */
  gradients(term: string): { gradients: Gradients; names: readonly string[] } {
    const { sharedWeights } = this.context.network;
    let names: readonly string[] = [];
    const kept = tf.tidy(() => {
      const of = (r: LossResult) => r.terms[term] ?? r.loss;
      const { gradients, metrics, termNames } = lossGradients(
        this.method,
        this.context,
        this.attacked,
        this.y,
        of,
      );
      metrics.dispose();
      names = termNames;
      return Object.fromEntries([...gradients].filter(([name]) => sharedWeights.includes(name)));
    });
    return { gradients: new Map(Object.entries(kept)), names };
  }
}

/**
 * The conflict of every two of `terms` on the first batch, and of every term with itself on the two batches (`first`
 * and `second` are then the same name). Empty if the loss has fewer than two of the terms now. A term that reaches no
 * shared weight is left out. The network is unchanged afterwards; the caller disposes the batches. `pace` is awaited
 * between passes.
 */
export async function conflictPairs<Extras>(
  method: Method<Extras>,
  context: StepContext<Extras>,
  batches: readonly [Batch, Batch],
  terms: readonly string[],
  pace: () => Promise<void>,
): Promise<ConflictPair[]> {
  const { network } = context;
  const buffers = [...network.buffers.values()].map((v) => [v, tf.clone(v)] as const);
  // Every pass moves the running statistics, from which the next attack would start elsewhere.
  const unmoved = <T>(pass: () => T): T => {
    const result = pass();
    for (const [v, value] of buffers) v.assign(value as never);
    return result;
  };
  const attacked = batches.map(({ x, y, noise }) => unmoved(() => method.attack(context, x, y, noise)));
  const [first, second] = attacked.map((of, i) => new Terms(method, context, of, batches[i].y));
  const byTerm = new Map<string, Gradients>();
  const out: ConflictPair[] = [];
  const compare = async (one: string, two: string, a: Gradients, b: Gradients) => {
    const sums = conflictSums(a, b, network.sharedWeights);
    const { cosine, ratio, chance } = conflictOf(await sums.data(), network.sharedWeights);
    sums.dispose();
    // Two terms that share no weight have no cosine.
    if (chance > 0) out.push({ first: one, second: two, cosine, ratio, chance });
  };
  try {
    for (const term of terms) {
      await pace();
      const { gradients, names } = unmoved(() => first.gradients(term));
      byTerm.set(term, gradients);
      if (names.includes(term)) continue;
      // A weight of 0 may leave a term out of the loss.
      byTerm.delete(term);
      tf.dispose([...gradients.values()]);
    }
    const known = [...byTerm];
    if (known.length < 2) return [];
    for (const [i, [one, a]] of known.entries())
      for (const [two, b] of known.slice(i + 1)) await compare(one, two, a, b);
    for (const [term, a] of known) {
      await pace();
      const { gradients: b } = unmoved(() => second.gradients(term));
      await compare(term, term, a, b);
      tf.dispose([...b.values()]);
    }
    return out;
  } finally {
    tf.dispose([
      ...attacked.flatMap(({ x, xAdv }) => [x, xAdv]),
      ...buffers.map(([, value]) => value),
      ...[...byTerm.values()].flatMap((g) => [...g.values()]),
    ]);
  }
}
