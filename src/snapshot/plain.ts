/** Checks, before any schema, that a link holds only plain text, finite numbers and shallow nesting. */
import { SnapshotError } from './limits.ts';

const MAX_DEPTH = 10;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

// Control characters, and marks that change the direction of text.
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const MARKUP = /<(?=[a-z!/?])/giu;
const ADDRESS = /:\/\//gu;

/** `text` without hidden characters, and with markup and addresses made harmless; other text is unchanged. */
export function plainText(text: string): string {
  return text.replace(INVISIBLE, ' ').replace(MARKUP, '\u2039').replace(ADDRESS, ': ');
}

/**
 * Throws `SnapshotError` if parsed JSON holds a prototype key, a string that is not plain, a number that is not finite,
 * or nesting deeper than in any snapshot, which also bounds the recursion.
 */
export function assertPlain(value: unknown, depth = 0): void {
  if (typeof value === 'string') {
    if (plainText(value) !== value)
      throw new SnapshotError(
        'The link holds markup, an address or hidden characters, which no shared result does.',
      );
    return;
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new SnapshotError('The link holds a number that is not finite.');
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw new SnapshotError('The link nests deeper than any shared result.');
  if (Array.isArray(value)) {
    for (const item of value) assertPlain(item, depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw new SnapshotError(`The link holds the forbidden key ${key}.`);
    assertPlain(key, depth + 1);
    assertPlain((value as Record<string, unknown>)[key], depth + 1);
  }
}
