/** Norms, projections and random starts of both threat models, on the host. `o` is the index of an image's start. */
import type { RandomStream } from '../random/random.ts';
import type { Norm, Threat } from './types.ts';

const clamp = (v: number, low: number, high: number) => (v < low ? low : v > high ? high : v);

/** The norm of the `size` numbers of `d` from index `o`. */
export function normOf(norm: Norm, d: Float32Array, o: number, size: number): number {
  let total = 0;
  for (let j = o; j < o + size; j++) {
    if (norm === 'l2') total += d[j] * d[j];
    else if (Math.abs(d[j]) > total) total = Math.abs(d[j]);
  }
  return norm === 'l2' ? Math.sqrt(total) : total;
}

/** ||a - b|| of the image at `o`. */
export function distance(norm: Norm, a: Float32Array, b: Float32Array, o: number, size: number): number {
  let total = 0;
  for (let j = o; j < o + size; j++) {
    const d = Math.abs(a[j] - b[j]);
    total = norm === 'l2' ? total + d * d : Math.max(total, d);
  }
  return norm === 'l2' ? Math.sqrt(total) : total;
}

/**
 * Projects the image at `o` of `z`, in place, into the ball around x and into [0,1]. In L2 it is projected into the
 * ball, then clipped, as in AutoAttack.
 */
export function project(
  { norm, eps }: Threat,
  z: Float32Array,
  x: Float32Array,
  o: number,
  size: number,
): void {
  if (norm === 'linf') {
    for (let j = o; j < o + size; j++) z[j] = clamp(clamp(z[j], x[j] - eps, x[j] + eps), 0, 1);
    return;
  }
  const length = distance('l2', z, x, o, size);
  const factor = Math.min(eps, length) / (length + 1e-12);
  for (let j = o; j < o + size; j++) z[j] = clamp(x[j] + (z[j] - x[j]) * factor, 0, 1);
}

/**
 * AutoAttack's random start: x plus noise (uniform in L-inf, Gaussian in L2) scaled to norm eps, clipped to [0,1]. The
 * result is a new array like x.
 */
export function randomStart(
  { norm, eps }: Threat,
  x: Float32Array,
  size: number,
  stream: RandomStream,
): Float32Array {
  const noise = norm === 'linf' ? stream.uniformArray(x.length, -1, 1) : stream.normalArray(x.length);
  for (let o = 0; o < x.length; o += size) {
    const scale = eps / (normOf(norm, noise, o, size) + 1e-12);
    for (let j = o; j < o + size; j++) noise[j] = clamp(x[j] + noise[j] * scale, 0, 1);
  }
  return noise;
}
