/** Whether each test image was classified right, as bits in text: what differences between contestants are made of. */
import type { FinalResult, Verdicts } from './results.ts';

/** Bit i & 7 of byte i >> 3 is image i, as base64. */
export function packBits(flags: ArrayLike<number>): string {
  const bytes = new Uint8Array(Math.ceil(flags.length / 8));
  for (let i = 0; i < flags.length; i++) if (flags[i]) bytes[i >> 3] |= 1 << (i & 7);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The first n flags of `packBits`; null where the text does not hold as many. */
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

/** Verdicts of a final result; null where it has none, or where they do not give its accuracy. */
export function verdictsOf(
  { n, verdicts, ...accuracy }: FinalResult,
  of: 'clean' | 'robust',
): { readonly images: Verdicts['images']; readonly right: Uint8Array } | null {
  const right = verdicts ? unpackBits(verdicts[of], n) : null;
  if (!verdicts || !right || Math.abs(count(right) / n - accuracy[of]) > 0.5 / n) return null;
  return { images: verdicts.images, right };
}
