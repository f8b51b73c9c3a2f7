/**
 * The Square attack's proposals in L2: they move mass from one square to another and keep the norm at eps. Images
 * [n,H,W,C], row-major.
 */
import type { RandomStream } from '../random/random.ts';
import { randomSign, windowStart } from './square-random.ts';
import { normOf } from './threat.ts';

type Shape = readonly [height: number, width: number, channels: number];

/** A pyramid [rows, columns] of norm 1: nested squares around the centre, cut at the edges, the k-th adding 1/k^2. */
function pyramid(rows: number, columns: number): number[][] {
  const out = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  const [centreRow, centreColumn] = [Math.floor(rows / 2) + 1, Math.floor(columns / 2) + 1];
  let [top, left] = [centreRow - 1, centreColumn - 1];
  for (let k = 0; k < Math.max(centreRow, centreColumn); k++, top--, left--)
    for (let i = Math.max(top, 0); i < Math.min(top + 2 * k + 1, rows); i++)
      for (let j = Math.max(left, 0); j < Math.min(left + 2 * k + 1, columns); j++)
        out[i][j] += 1 / (k + 1) ** 2;
  return scaled(out, 1);
}

const norm = (m: readonly (readonly number[])[]) => Math.sqrt(m.flat().reduce((s, v) => s + v * v, 0));

function scaled(m: number[][], to: number): number[][] {
  const factor = to / (norm(m) + 1e-12);
  return m.map((row) => row.map((v) => v * factor));
}

/** A pyramid above a negative pyramid, [side, side] of norm 1; transposed with probability one half. */
export function bump(side: number, stream: RandomStream): number[][] {
  const upper = Math.floor(side / 2);
  const dent = pyramid(side - upper, side).map((row) => row.map((v) => -v));
  const out = scaled([...pyramid(upper, side), ...dent], 1);
  return stream.uniform() > 0.5 ? out.map((row, i) => row.map((_, j) => out[j][i])) : out;
}

/** Writes the image at `o` of `out`: x plus delta [H,W,C] scaled to length eps, clipped to [0,1]. */
function place(out: Float32Array, x: Float32Array, delta: Float32Array, o: number, eps: number): void {
  let length = 0;
  for (const v of delta) length += v * v;
  const factor = eps / (Math.sqrt(length) + 1e-12);
  delta.forEach((v, k) => (out[o + k] = Math.min(1, Math.max(0, x[o + k] + v * factor))));
}

/** x plus a grid of about five by five bumps with random signs, of length eps in all, clipped to [0,1]. */
export function initialL2(
  x: Float32Array,
  eps: number,
  [height, width, channels]: Shape,
  stream: RandomStream,
): Float32Array {
  const size = height * width * channels;
  const side = Math.max(Math.floor(height / 5), 2);
  const first = Math.floor((height - side * Math.floor(height / side)) / 2);
  const out = x.slice();
  for (let o = 0; o < x.length; o += size) {
    const delta = new Float32Array(size);
    for (let top = first; top + side <= height; top += side)
      for (let left = first; left + side <= width; left += side) {
        const shape = bump(side, stream);
        for (let c = 0; c < channels; c++) {
          const s = randomSign(stream);
          shape.forEach((row, i) =>
            row.forEach((v, j) => (delta[((top + i) * width + left + j) * channels + c] += s * v)),
          );
        }
      }
    place(out, x, delta, o, eps);
  }
  return out;
}

/**
 * Empties one square and gives its mass, and what is left of eps, to another with a bump; `best` is changed in place.
 * As in the official square.py every channel keeps the mass that it has in both squares, and is given its share of what
 * is left of eps.
 */
export function proposeL2(
  best: Float32Array,
  x: Float32Array,
  eps: number,
  [height, width, channels]: Shape,
  share: number,
  stream: RandomStream,
): void {
  const size = height * width * channels;
  let side = Math.max(Math.round(Math.sqrt(share * height * width)), 3);
  if (side % 2 === 0) side++;
  side = Math.min(side, height, width);
  /** The indices in an image of a random square's numbers, row by row, channels innermost. */
  const square = () => {
    const [top, left] = [windowStart(height, side, stream), windowStart(width, side, stream)];
    return Array.from(
      { length: side * side * channels },
      (_, k) =>
        (top + Math.floor(k / (side * channels))) * width * channels +
        left * channels +
        (k % (side * channels)),
    );
  };
  const [to, from] = [square(), square()];
  const touched = [...new Set([...to, ...from])];
  const shape = bump(side, stream).flat();
  const delta = new Float32Array(size);
  const fresh = new Float32Array(to.length);
  for (let o = 0; o < x.length; o += size) {
    for (let k = 0; k < size; k++) delta[k] = best[o + k] - x[o + k];
    const left = Math.max(eps ** 2 - normOf('l2', delta, 0, size) ** 2, 0);
    const mass = new Float64Array(channels);
    for (const k of touched) mass[k % channels] += delta[k] ** 2;
    for (let c = 0; c < channels; c++) {
      let window = 0;
      for (let j = c; j < to.length; j += channels) window += delta[to[j]] ** 2;
      const old = 1 / (1e-12 + Math.sqrt(window));
      const s = randomSign(stream);
      let length = 0;
      for (let j = c, pixel = 0; j < to.length; j += channels, pixel++) {
        fresh[j] = s * shape[pixel] + delta[to[j]] * old;
        length += fresh[j] ** 2;
      }
      const factor = Math.sqrt(left / channels + mass[c]) / (Math.sqrt(length) + 1e-12);
      for (let j = c; j < to.length; j += channels) fresh[j] *= factor;
    }
    for (const k of from) delta[k] = 0;
    for (let j = 0; j < to.length; j++) delta[to[j]] = fresh[j];
    place(best, x, delta, o, eps);
  }
}
