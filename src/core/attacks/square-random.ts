/** The random draws of the Square attack. */
import type { RandomStream } from '../random/random.ts';

/** -1 or 1. */
export const randomSign = (stream: RandomStream): number => (stream.uniform() < 0.5 ? -1 : 1);

/**
 * The start of a window of `side` pixels in a row of `length`: uniform in [0, length - side), or 0 if side = length.
 * The last start is excluded as in the official square.py (`random_int(0, h - s)`), so that figures compare.
 */
export const windowStart = (length: number, side: number, stream: RandomStream): number =>
  stream.integer(Math.max(1, length - side));
