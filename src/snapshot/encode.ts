/** Encodes a race result as the fragment of a link: `#s=<base64url(deflate-raw(JSON with checksum and version))>`. */
import type { RaceResult } from '../core/result/results.ts';
import { deflate, toBase64Url } from './bytes.ts';
import { DETAILS, toCompact, type Detail } from './compact.ts';
import { extentOf, isModest } from './extent.ts';
import { HASH_PREFIX, MAX_TEXT, SnapshotError, TARGET_EACH, TARGET_TEXT } from './limits.ts';
import { seal } from './seal.ts';

export interface EncodedSnapshot {
  /** Begins with `#s=`. */
  readonly hash: string;
  /** How much of the series the link holds. */
  readonly detail: Detail;
}

const targetLength = (race: RaceResult) =>
  Math.min(MAX_TEXT, TARGET_TEXT + TARGET_EACH * Math.max(0, race.runs.length - 3));

/**
 * Encodes with as much detail as fits in `target` characters, or with the least detail if none fits. Throws
 * `SnapshotError` if that is longer than a link may be.
 */
export async function encodeSnapshot(
  race: RaceResult,
  target = targetLength(race),
): Promise<EncodedSnapshot> {
  let hash = '';
  for (const detail of DETAILS) {
    const compact = toCompact(race, detail);
    if (!isModest(extentOf(compact))) continue;
    hash = HASH_PREFIX + toBase64Url(await deflate(seal(JSON.stringify(compact))));
    if (hash.length <= target) return { hash, detail };
  }
  if (hash === '' || hash.length - HASH_PREFIX.length > MAX_TEXT)
    throw new SnapshotError('This result is too large for a link: export it as JSON instead.');
  return { hash, detail: DETAILS[DETAILS.length - 1] };
}
