/** Encodes a race result as the fragment of a link: `#s=<base64url(deflate-raw(JSON with checksum and version))>`. */
import type { RaceResult } from '../core/result/results.ts';
import { deflate, toBase64Url } from './bytes.ts';
import { BRIEF_DETAILS, DETAILS, toCompact, type Detail } from './compact.ts';
import { extentOf, isModest } from './extent.ts';
import {
  HASH_PREFIX,
  MAX_TEXT,
  SHORT_LINK,
  SnapshotError,
  TARGET_EACH,
  TARGET_REPORT,
  TARGET_TEXT,
  TARGET_VERDICTS,
} from './limits.ts';
import { seal } from './seal.ts';

export interface EncodedSnapshot {
  /** Begins with `#s=`. */
  readonly hash: string;
  /** How much of the series the link holds. */
  readonly detail: Detail;
}

const targetLength = (race: RaceResult) =>
  Math.min(
    MAX_TEXT,
    TARGET_TEXT + (race.report ? TARGET_REPORT : 0) + TARGET_EACH * Math.max(0, race.runs.length - 3),
  );

/** The fragment at this level of detail; empty if opening it would need too much memory. */
async function hashWith(race: RaceResult, detail: Detail): Promise<string> {
  const compact = toCompact(race, detail);
  if (!isModest(extentOf(compact))) return '';
  return HASH_PREFIX + toBase64Url(await deflate(seal(JSON.stringify(compact))));
}

/** The same snapshot with the verdicts on the test images, if the race has them and there is room for them. */
async function withVerdicts(race: RaceResult, made: EncodedSnapshot): Promise<EncodedSnapshot> {
  if (!race.runs.some((run) => run.final?.verdicts)) return made;
  const detail = { ...made.detail, verdicts: true };
  const hash = await hashWith(race, detail);
  const most = Math.min(HASH_PREFIX.length + MAX_TEXT, made.hash.length + TARGET_VERDICTS);
  return hash.length <= most ? { hash, detail } : made;
}

/**
 * A short link's fragment: settings, final table and up to 20 points of the accuracy curves, such that it and
 * `address` characters before it have at most `SHORT_LINK`. Rejects with `SnapshotError` if the result is too large.
 */
export async function encodeBrief(race: RaceResult, address: number): Promise<EncodedSnapshot> {
  for (const detail of BRIEF_DETAILS) {
    const hash = await hashWith(race, detail);
    if (hash !== '' && address + hash.length <= SHORT_LINK) return { hash, detail };
  }
  throw new SnapshotError(
    'This result has too many contestants, seeds or settings for a short link: make a full one.',
  );
}

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
    const made = await hashWith(race, detail);
    if (made === '') continue;
    hash = made;
    if (hash.length <= target) return withVerdicts(race, { hash, detail });
  }
  if (hash === '' || hash.length - HASH_PREFIX.length > MAX_TEXT)
    throw new SnapshotError('This result is too large for a link: export it as JSON instead.');
  return { hash, detail: DETAILS[DETAILS.length - 1] };
}
