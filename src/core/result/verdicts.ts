/**
 * Verdicts: whether each test image was classified correctly, packed as bits in text. Differences between contestants
 * are computed from them (difference.ts).
 */
import type { FinalResult, Verdicts } from './results.ts';

/** Flags [n] as base64: bit (i & 7) of byte (i >> 3) is 1 if flag i is not 0. */
export function packBits(flags: ArrayLike<number>): string {
  const bytes = new Uint8Array(Math.ceil(flags.length / 8));
  for (let i = 0; i < flags.length; i++) if (flags[i]) bytes[i >> 3] |= 1 << (i & 7);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The n flags, 0 or 1, that `packBits` packed; null unless `text` is base64 of exactly ceil(n/8) bytes. */
export function unpackBits(text: string, n: number): Uint8Array | null {
  let bytes: string;
  try {
    bytes = atob(text);
  } catch {
    return null;
  }
  if (bytes.length !== Math.ceil(n / 8)) return null;
  return Uint8Array.from({ length: n }, (_, i) => (bytes.charCodeAt(i >> 3) >> (i & 7)) & 1);
}

const count = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0);

/**
 * The verdicts of a final result, `right` [n] with 1 for a correct answer. Null if there are none, or if their mean
 * differs from the accuracy by more than half an image.
 */
export function verdictsOf(
  { n, verdicts, ...accuracy }: FinalResult,
  of: 'clean' | 'robust',
): { readonly images: Verdicts['images']; readonly right: Uint8Array } | null {
  const right = verdicts ? unpackBits(verdicts[of], n) : null;
  if (!verdicts || !right || Math.abs(count(right) / n - accuracy[of]) > 0.5 / n) return null;
  return { images: verdicts.images, right };
}
