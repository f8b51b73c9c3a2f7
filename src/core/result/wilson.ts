/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * 95 % score interval [low, high] in [0,1] for the proportion correct/n (Wilson 1927), 0 <= correct <= n. Throws
 * `Error` unless n > 0.
 */
export function wilsonInterval(correct: number, n: number): [number, number] {
  if (!(n > 0)) throw new Error(`A Wilson interval needs n > 0, got ${n}.`);
  const p = correct / n;
  const z2 = Z * Z;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
