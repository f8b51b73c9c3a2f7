/** The Square attack's proposals in L-inf: every pixel at x - eps or x + eps. Images [n,H,W,C], row-major. */
import type { RandomStream } from '../random/random.ts';
import { randomSign, windowStart } from './square-random.ts';

const clamp = (v: number, low: number, high: number) => (v < low ? low : v > high ? high : v);

/** Vertical stripes: x - eps or x + eps, with a random sign per image, column and channel; clipped to [0,1]. */
export function initialLinf(
  x: Float32Array,
  eps: number,
  [height, width, channels]: readonly [number, number, number],
  stream: RandomStream,
): Float32Array {
  const out = x.slice();
  const row = width * channels;
  for (let o = 0; o < x.length; o += height * row)
    for (let k = 0; k < row; k++) {
      const delta = eps * randomSign(stream);
      for (let i = 0; i < height; i++) out[o + i * row + k] = clamp(x[o + i * row + k] + delta, 0, 1);
    }
  return out;
}

/**
 * Adds 2 eps or -2 eps per channel in one square, the same for all images, and projects. Changes `best` in place.
 * `share`: of the image, that the square covers.
 */
export function proposeLinf(
  best: Float32Array,
  x: Float32Array,
  eps: number,
  [height, width, channels]: readonly [number, number, number],
  share: number,
  stream: RandomStream,
): void {
  const side = Math.min(Math.max(Math.round(Math.sqrt(share * height * width)), 1), height, width);
  const top = windowStart(height, side, stream);
  const left = windowStart(width, side, stream);
  const deltas = Array.from({ length: channels }, () => 2 * eps * randomSign(stream));
  for (let o = 0; o < x.length; o += height * width * channels)
    for (let i = top; i < top + side; i++)
      for (let j = left; j < left + side; j++) {
        const at = o + (i * width + j) * channels;
        for (let c = 0; c < channels; c++) {
          const k = at + c;
          best[k] = clamp(clamp(best[k] + deltas[c], x[k] - eps, x[k] + eps), 0, 1);
        }
      }
}
