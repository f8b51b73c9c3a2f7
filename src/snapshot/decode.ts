/** A link's fragment back to a race result. Untrusted input: bounded at every step (DESIGN 9). */
import * as v from 'valibot';
import type { RaceResult } from '../core/result/results.ts';
import { fromBase64Url, inflateBounded } from './bytes.ts';
import { fromCompact } from './expand.ts';
import { HASH_PREFIX, MAX_TEXT, SNAPSHOT_VERSION, SnapshotError } from './limits.ts';
import { assertPlain } from './plain.ts';
import { CompactSchema } from './schema.ts';

/** True for a fragment that claims to be a shared result. */
export function isSnapshotHash(hash: string): boolean {
  return hash.startsWith(HASH_PREFIX);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new SnapshotError('The link does not hold a shared result: its contents are not JSON.');
  }
}

function checkVersion(value: unknown): void {
  const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new SnapshotError('The link does not hold a shared result: it names no format version.');
  if (version > SNAPSHOT_VERSION)
    throw new SnapshotError(
      `The link was made by a newer version of this page (format ${version}; this one reads up to ${SNAPSHOT_VERSION}). ` +
        'Reload the page to update it, then open the link again.',
    );
}

/**
 * Decodes `#s=…`. Rejects with `SnapshotError`, whose message is one readable sentence, for everything that is not a valid
 * snapshot; never with anything else.
 */
export async function decodeSnapshot(hash: string): Promise<RaceResult> {
  if (!isSnapshotHash(hash))
    throw new SnapshotError(`The link does not hold a shared result: it lacks ${HASH_PREFIX}`);
  const text = hash.slice(HASH_PREFIX.length);
  if (text.length > MAX_TEXT)
    throw new SnapshotError('The link is longer than 64 KiB, which no shared result is.');
  if (text.length === 0) throw new SnapshotError('The link is empty after #s=: ask for it again.');
  const value = parseJson(await inflateBounded(fromBase64Url(text)));
  checkVersion(value);
  assertPlain(value);
  const parsed = v.safeParse(CompactSchema, value);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new SnapshotError(
      `The link is not valid at ${v.getDotPath(issue) ?? 'its start'}: ${issue.message}`,
    );
  }
  try {
    return fromCompact(parsed.output);
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    throw new SnapshotError(error instanceof Error ? error.message : String(error));
  }
}
