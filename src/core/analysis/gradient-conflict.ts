/**
 * Gradient conflict between a method's two terms (the paper's first problem): cosine similarity and share of weights
 * whose gradients have opposite sign, over all shared conv and linear weights.
 */
import * as tf from '@tensorflow/tfjs-core';

export type Gradients = ReadonlyMap<string, tf.Tensor>;

/**
 * Per weight: [a.b, a.a, b.b, number of opposite signs, number of elements], to be read back in one transfer; the
 * caller owns it.
 */
export function conflictSums(first: Gradients, second: Gradients, weights: readonly string[]): tf.Tensor2D {
  return tf.tidy(() => {
    const rows = weights.map((name) => {
      const a = first.get(name);
      const b = second.get(name);
      // A term that does not reach a weight (invariance and the classifier's weight) has zero gradient there: never
      // opposite.
      if (!a || !b) {
        const g = a ?? b;
        const square = g ? tf.sum(tf.square(g)) : tf.scalar(0);
        const zero = tf.scalar(0);
        return tf.stack([zero, a ? square : zero, b ? square : zero, zero, tf.scalar(g?.size ?? 0)]);
      }
      // step(-sign(a) sign(b)) is 1 exactly where the signs are opposite; the product of tiny gradients would
      // underflow.
      const opposite = tf.sum(tf.step(tf.neg(tf.mul(tf.sign(a), tf.sign(b)))));
      return tf.stack([
        tf.sum(tf.mul(a, b)),
        tf.sum(tf.square(a)),
        tf.sum(tf.square(b)),
        opposite,
        tf.scalar(a.size),
      ]);
    });
    return tf.stack(rows) as tf.Tensor2D;
  });
}

const cosineOf = (ab: number, aa: number, bb: number): number =>
  aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;

/**
 * Reads `conflictSums` (row-major, five per weight): cosine in [-1,1], ratio in [0,1], cosine by weight (both terms
 * must reach it).
 */
export function conflictOf(
  sums: ArrayLike<number>,
  weights: readonly string[],
): { cosine: number; ratio: number; perLayer: Record<string, number> } {
  const total = [0, 0, 0, 0, 0];
  const perLayer: Record<string, number> = {};
  weights.forEach((name, i) => {
    const row = total.map((_, k) => sums[i * 5 + k]);
    row.forEach((value, k) => (total[k] += value));
    if (row[1] > 0 && row[2] > 0) perLayer[name] = cosineOf(row[0], row[1], row[2]);
  });
  return {
    cosine: cosineOf(total[0], total[1], total[2]),
    ratio: total[4] > 0 ? total[3] / total[4] : 0,
    perLayer,
  };
}
