/**
 * Gradient conflict between two terms of a loss (the ARAT paper's first problem), over all shared conv and linear
 * weights: the cosine similarity of the two gradients, the share of weight elements whose gradients have opposite
 * signs, and the share to expect if the signs were independent.
 */
import * as tf from '@tensorflow/tfjs-core';

/** By weight name; a weight that the term does not reach is absent. */
export type Gradients = ReadonlyMap<string, tf.Tensor>;

/** Columns of `conflictSums`. */
const COLUMNS = 6;

/**
 * [weights.length, 6], one row per weight tensor with gradients a and b: a.b, a.a, b.b, and the numbers of elements
 * with opposite signs, of all elements (0 if neither term reaches the weight), and of elements where neither gradient
 * is 0. One tensor, so that one transfer reads it. The caller owns it.
 */
export function conflictSums(first: Gradients, second: Gradients, weights: readonly string[]): tf.Tensor2D {
  return tf.tidy(() => {
    const zero = tf.scalar(0);
    const rows = weights.map((name) => {
      const a = first.get(name);
      const b = second.get(name);
      // A term that does not reach a weight has gradient 0 there, for example the invariance term and the
      // classifier's weight. A zero is never opposite in sign.
      if (!a || !b) {
        const g = a ?? b;
        const square = g ? tf.sum(tf.square(g)) : zero;
        return tf.stack([zero, a ? square : zero, b ? square : zero, zero, tf.scalar(g?.size ?? 0), zero]);
      }
      // step(-sign(a) sign(b)) is 1 where the signs are opposite. The signs are multiplied because the product of
      // two tiny gradients would underflow.
      const signs = tf.mul(tf.sign(a), tf.sign(b));
      return tf.stack([
        tf.sum(tf.mul(a, b)),
        tf.sum(tf.square(a)),
        tf.sum(tf.square(b)),
        tf.sum(tf.step(tf.neg(signs))),
        tf.scalar(a.size),
        tf.sum(tf.square(signs)),
      ]);
    });
    return tf.stack(rows) as tf.Tensor2D;
  });
}

const cosineOf = (ab: number, aa: number, bb: number): number =>
  aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;

export interface Conflict {
  /** Cosine similarity of the two gradients over all weights, in [-1,1]; 0 if one of them is 0. */
  readonly cosine: number;
  /** Share of elements whose gradients have opposite signs, in [0,1], of the weights that at least one term reaches. */
  readonly ratio: number;
  /**
   * The ratio to expect from independent signs, in [0,0.5]: half of the elements where neither gradient is 0, divided
   * by the elements of the weights that at least one term reaches.
   */
  readonly chance: number;
  /** Cosine by weight name, for the weights where both gradients are not 0. */
  readonly perLayer: Record<string, number>;
}

/** The conflict from the values of `conflictSums`, row by row, for the same `weights`. */
export function conflictOf(sums: ArrayLike<number>, weights: readonly string[]): Conflict {
  const total = new Array<number>(COLUMNS).fill(0);
  const perLayer: Record<string, number> = {};
  weights.forEach((name, i) => {
    const row = total.map((_, k) => sums[i * COLUMNS + k]);
    row.forEach((value, k) => (total[k] += value));
    if (row[1] > 0 && row[2] > 0) perLayer[name] = cosineOf(row[0], row[1], row[2]);
  });
  const [ab, aa, bb, opposite, all, both] = total;
  return {
    cosine: cosineOf(ab, aa, bb),
    ratio: all > 0 ? opposite / all : 0,
    chance: all > 0 ? both / 2 / all : 0,
    perLayer,
  };
}
