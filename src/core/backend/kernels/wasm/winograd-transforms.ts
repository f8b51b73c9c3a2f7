/**
 * The transforms of Winograd's minimal filtering F(4x4, 3x3), for 3x3 convolutions of stride 1: Lavin & Gray, "Fast
 * Algorithms for Convolutional Neural Networks", CVPR 2016. For a tile of 4x4 outputs, of the 6x6 inputs d under it and
 * a filter g,
 *
 *     Y = A^T [ (G g G^T) * (B^T d B) ] A
 *
 * with * elementwise: 36 products where the definition has 144. Summed over channels, each of the 36 elements is a
 * matrix product of [tiles, input channels] and [input channels, output channels].
 *
 * A, B and G follow from five points and infinity (Toom-Cook). The paper uses 0, 1, -1, 2, -2. Here they are 0, p, -p,
 * q, -q with p = 3/4 and q = 3/2: every constant is then exact in float32, no power is far from 1, and the largest
 * error over 128 channels of normal values was 2e-6 of the largest output, compared with 9e-6 for the paper's points
 * and 1.5e-6 for the definition in float32.
 *
 *     B^T = [ p^2 q^2    0       -(p^2+q^2)   0          1   0 ]     A^T = [ 1  1    1    1    1   0 ]
 *           [ 0         -p q^2   -q^2         p          1   0 ]           [ 0  p   -p    q   -q   0 ]
 *           [ 0          p q^2   -q^2        -p          1   0 ]           [ 0  p^2  p^2  q^2  q^2 0 ]
 *           [ 0         -q p^2   -p^2         q          1   0 ]           [ 0  p^3 -p^3  q^3 -q^3 1 ]
 *           [ 0          q p^2   -p^2        -q          1   0 ]
 *           [ 0          p^2 q^2  0         -(p^2+q^2)   0   1 ]
 *
 * A row of G is [1, point, point^2] over the product of the point's differences to the other points, and [0, 0, 1] for
 * infinity.
 */
import { f32x4 } from './assembler.ts';
import type { Code, Local } from './assembler.ts';

/** Outputs of a tile along one side. */
export const TILE = 4;
/** Inputs under a tile along one side. */
export const INPUT = TILE + 2;
/** Elements of a transformed tile, each a matrix product. */
export const MATRICES = INPUT * INPUT;
const P = 3 / 4;
const Q = 3 / 2;

/** a * b + c. */
export type MulAdd = (a: Code, b: Code, c: Code) => Code;

/** Statements that set `out` to B^T d; `out` may share no local with `d`. */
export function inputTransform(
  d: readonly Local[],
  out: readonly Local[],
  fma: MulAdd,
  local: Local[],
): Code[] {
  const times = (constant: number, a: Local, plus: Code): Code => fma(f32x4.constant(constant), a.get, plus);
  const [even, odd] = local;
  /** The rows of a point and of its negative, which differ in the sign of the odd powers. */
  const pair = (point: number, other: number, plus: Local, minus: Local): Code[] => [
    even.set(times(-(other ** 2), d[2], d[4].get)),
    odd.set(times(-(other ** 2), d[1], d[3].get)),
    plus.set(times(point, odd, even.get)),
    minus.set(times(-point, odd, even.get)),
  ];
  const ends = (k: number): Code =>
    times(P ** 2 * Q ** 2, d[k], times(-(P ** 2 + Q ** 2), d[k + 2], d[k + 4].get));
  return [
    out[0].set(ends(0)),
    ...pair(P, Q, out[1], out[2]),
    ...pair(Q, P, out[3], out[4]),
    out[5].set(ends(1)),
  ];
}

/** Statements that set `out` to A^T m; `out` may share no local with `m`. */
export function outputTransform(
  m: readonly Local[],
  out: readonly Local[],
  fma: MulAdd,
  local: Local[],
): Code[] {
  const [sumP, differenceP, sumQ, differenceQ] = local;
  const both = (k: number, a: Local, b: Local, plus?: Code): Code => {
    const [x, y] = [f32x4.constant(P ** k), f32x4.constant(Q ** k)];
    return fma(x, a.get, plus ? fma(y, b.get, plus) : f32x4.mul(y, b.get));
  };
  return [
    sumP.set(f32x4.add(m[1].get, m[2].get)),
    differenceP.set(f32x4.sub(m[1].get, m[2].get)),
    sumQ.set(f32x4.add(m[3].get, m[4].get)),
    differenceQ.set(f32x4.sub(m[3].get, m[4].get)),
    out[0].set(f32x4.add(m[0].get, f32x4.add(sumP.get, sumQ.get))),
    out[1].set(both(1, differenceP, differenceQ)),
    out[2].set(both(2, sumP, sumQ)),
    out[3].set(both(3, differenceP, differenceQ, m[5].get)),
  ];
}

/** Statements that set `out` to G g; `out` may share no local with `g`. */
export function filterTransform(
  g: readonly Local[],
  out: readonly Local[],
  fma: MulAdd,
  local: Local[],
): Code[] {
  const [even, odd] = local;
  const pair = (point: number, other: number, plus: Local, minus: Local): Code[] => {
    const n = 2 * point ** 2 * (point ** 2 - other ** 2);
    const scaled = f32x4.mul(f32x4.constant(1 / n), g[0].get);
    return [
      even.set(fma(f32x4.constant(point ** 2 / n), g[2].get, scaled)),
      odd.set(f32x4.mul(f32x4.constant(point / n), g[1].get)),
      plus.set(f32x4.add(even.get, odd.get)),
      minus.set(f32x4.sub(even.get, odd.get)),
    ];
  };
  return [
    out[0].set(f32x4.mul(f32x4.constant(1 / (P ** 2 * Q ** 2)), g[0].get)),
    ...pair(P, Q, out[1], out[2]),
    ...pair(Q, P, out[3], out[4]),
    out[5].set(g[2].get),
  ];
}
