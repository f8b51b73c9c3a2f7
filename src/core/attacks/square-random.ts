/** What the Square attack draws. */
import type { RandomStream } from '../random/random.ts';

/** -1 or 1. */
export const randomSign = (stream: RandomStream): number => (stream.uniform() < 0.5 ? -1 : 1);

/**
 * Where a window of `side` pixels begins among `length`: uniform in [0, length - side), 0 where it fills them. The
 * upper end is left out as in the official square.py (`random_int(0, h - s)`), so that figures compare.
 */
export const windowStart = (length: number, side: number, stream: RandomStream): number =>
  stream.integer(Math.max(1, length - side));
