/**
 * Gradient conflict between two terms of a loss (the paper's first problem): cosine similarity and share of weights
 * whose gradients have opposite sign, over all shared conv and linear weights; and the share that chance gives.
 */
import * as tf from '@tensorflow/tfjs-core';

export type Gradients = ReadonlyMap<string, tf.Tensor>;

/** Numbers per weight in `conflictSums`. */
const COLUMNS = 6;

/**
 * Per weight: [a.b, a.a, b.b, number of opposite signs, number of elements, number of elements where neither gradient
 * is 0], to be read back in one transfer; the caller owns it.
 */
export function conflictSums(first: Gradients, second: Gradients, weights: readonly string[]): tf.Tensor2D {
  return tf.tidy(() => {
    const zero = tf.scalar(0);
    const rows = weights.map((name) => {
      const a = first.get(name);
      const b = second.get(name);
      // A term that does not reach a weight (invariance and the classifier's weight) has zero gradient there: never
      // opposite.
      if (!a || !b) {
        const g = a ?? b;
        const square = g ? tf.sum(tf.square(g)) : zero;
        return tf.stack([zero, a ? square : zero, b ? square : zero, zero, tf.scalar(g?.size ?? 0), zero]);
      }
      // step(-sign(a) sign(b)) is 1 exactly where the signs are opposite; the product of tiny gradients would
      // underflow.
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
  /** In [-1,1]. */
  readonly cosine: number;
  /** In [0,1]. */
  readonly ratio: number;
  /**
   * The ratio that signs without relation give: half of the weights with a gradient from both terms, over all weights.
   */
  readonly chance: number;
  /** Cosine by weight; both terms must reach it. */
  readonly perLayer: Record<string, number>;
}

/** Reads `conflictSums` (row-major, six per weight). */
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
