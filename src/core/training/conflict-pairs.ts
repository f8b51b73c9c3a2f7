/**
 * The gradient conflict between every two single terms of a loss. It stands beside the conflict between the loss's two
 * sums, which the stop-gradient changes by construction: it removes the invariance term's gradient through x. Each term
 * is also compared with itself on two batches, which shows how small a cosine mini-batch noise alone gives.
 */
import * as tf from '@tensorflow/tfjs-core';
import { conflictOf, conflictSums } from '../analysis/gradient-conflict.ts';
import type { AttackedBatch, LossResult, Method, StepContext } from '../methods/types.ts';
import type { ConflictPair } from '../result/results.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import { lossGradients } from './gradients.ts';
import type { Batch } from './step-batch.ts';

type Gradients = Map<string, tf.Tensor>;

/** The epochs after which pairs are measured on one batch: every quarter of the race. */
const quarters = (epochs: number): ReadonlySet<number> =>
  new Set([1, 2, 3, 4].map((quarter) => Math.ceil((quarter * epochs) / 4)));

/** Whether pairs are measured after `epoch` of `epochs` epochs. */
export const measuresPairs = (
  pairImages: ExperimentConfig['pairImages'],
  epoch: number,
  epochs: number,
): boolean => (pairImages === 'all' ? epoch > 0 : quarters(epochs).has(epoch));

/** Batches, each made when it is needed and disposed by who asked for it. */
export type Batches = readonly (() => Batch)[];

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

/** Adds the gradients of a batch to `sums`, and disposes both. */
function addTo(sums: Gradients | undefined, batch: Gradients): Gradients {
  if (!sums) return batch;
  const out: Gradients = new Map();
  for (const name of new Set([...sums.keys(), ...batch.keys()])) {
    const parts = [sums, batch].flatMap((g) => g.get(name) ?? []);
    out.set(name, parts.length === 1 ? parts[0] : tf.add(parts[0], parts[1]));
    if (parts.length > 1) tf.dispose(parts);
  }
  return out;
}

/** The sums of two gradients, as new tensors. */
const bothOf = (a: Gradients, b: Gradients): Gradients =>
  new Map([...a].map(([name, g]) => [name, b.has(name) ? tf.add(g, b.get(name)!) : tf.clone(g)]));

/**
 * The conflict of every two of `terms`, and of every term with itself on the two halves of the images (`first` and
 * `second` are then the same name). Gradients are sums over the batches of a half; two terms are compared on the first
 * half, or on both if `whole` is set. Empty if the loss has fewer than two of the terms now. A term that reaches no
 * shared weight is left out. The network is unchanged afterwards. `pace` is awaited between passes.
 */
export async function conflictPairs<Extras>(
  method: Method<Extras>,
  context: StepContext<Extras>,
  halves: readonly [Batches, Batches],
  whole: boolean,
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
  const sums = [new Map<string, Gradients>(), new Map<string, Gradients>()] as const;
  const out: ConflictPair[] = [];
  const compare = async (one: string, two: string, a: Gradients, b: Gradients) => {
    const found = conflictSums(a, b, network.sharedWeights);
    const { cosine, ratio, chance } = conflictOf(await found.data(), network.sharedWeights);
    found.dispose();
    // Two terms that share no weight have no cosine.
    if (chance > 0) out.push({ first: one, second: two, cosine, ratio, chance });
  };
  /** Adds the gradients of the batches to those in `of`; of the terms that the loss has. */
  const add = async (batches: Batches, of: Map<string, Gradients>) => {
    for (const make of batches) {
      const { x, y, noise } = make();
      const attacked = unmoved(() => method.attack(context, x, y, noise));
      try {
        const measured = new Terms(method, context, attacked, y);
        for (const term of terms) {
          await pace();
          const { gradients, names } = unmoved(() => measured.gradients(term));
          // A weight of 0 may leave a term out of the loss.
          if (names.includes(term)) of.set(term, addTo(of.get(term), gradients));
          else tf.dispose([...gradients.values()]);
        }
      } finally {
        tf.dispose([x, y, noise, attacked.x, attacked.xAdv]);
      }
    }
  };
  try {
    await add(halves[0], sums[0]);
    const known = [...sums[0].keys()];
    if (known.length < 2) return [];
    await add(halves[1], sums[1]);
    const own = known.map((term) => [sums[0].get(term)!, sums[1].get(term)!] as const);
    const compared = own.map(([first, second]) => (whole ? bothOf(first, second) : first));
    for (const [i, one] of known.entries())
      for (const [j, two] of known.entries()) if (j > i) await compare(one, two, compared[i], compared[j]);
    if (whole) tf.dispose(compared.flatMap((g) => [...g.values()]));
    for (const [i, term] of known.entries()) await compare(term, term, ...own[i]);
    return out;
  } finally {
    tf.dispose([
      ...buffers.map(([, value]) => value),
      ...sums.flatMap((of) => [...of.values()].flatMap((g) => [...g.values()])),
    ]);
  }
}
