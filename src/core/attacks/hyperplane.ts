/**
 * The smallest step onto a hyperplane within a box: min ||d|| subject to <w, z + d> = b, z + d in [0,1]^n, the inner
 * problem of FAB (Croce & Hein, Minimally distorted Adversarial Examples with a Fast Adaptive Boundary Attack, ICML
 * 2020, section 3.2).
 */
import type { Norm } from './types.ts';

/**
 * Writes the step into `d`; z, w and d have one number per coordinate. If the hyperplane does not meet the box, d goes
 * to the corner nearest to it.
 *
 * Along coordinate j the step is sign_j * min(lambda, room_j) in L-inf and sign_j * min(lambda |w_j|, room_j) in L2,
 * where sign_j points towards the hyperplane and room_j is the distance to the wall of the box. The step changes <w, z>
 * by sum_j |w_j| |d_j|, which is concave and piecewise linear in lambda, so that Newton's method from 0 approaches the
 * root from below and reaches it exactly in few steps.
 */
export function stepToHyperplane(
  norm: Norm,
  z: Float32Array,
  w: Float32Array,
  b: number,
  d: Float32Array,
): void {
  const size = z.length;
  let gap = -b;
  for (let j = 0; j < size; j++) gap += w[j] * z[j];
  // From here on <turn * w, z> must fall by gap >= 0.
  const turn = gap >= 0 ? 1 : -1;
  gap = Math.abs(gap);
  const room = (j: number) => (w[j] * turn > 0 ? z[j] : 1 - z[j]);
  let lambda = 0;
  for (;;) {
    let gained = 0;
    let slope = 0;
    for (let j = 0; j < size; j++) {
      const weight = Math.abs(w[j]);
      if (weight === 0) continue;
      const speed = norm === 'l2' ? weight : 1;
      const r = room(j);
      if (lambda * speed < r) {
        gained += weight * lambda * speed;
        slope += weight * speed;
      } else gained += weight * r;
    }
    // Every coordinate is at its wall: the corner.
    if (slope === 0) break;
    const next = lambda + (gap - gained) / slope;
    if (!(next > lambda * (1 + 1e-12))) break;
    lambda = next;
  }
  for (let j = 0; j < size; j++) {
    const weight = Math.abs(w[j]);
    const length = weight === 0 ? 0 : Math.min(norm === 'l2' ? lambda * weight : lambda, room(j));
    d[j] = -Math.sign(w[j] * turn) * length;
  }
}
