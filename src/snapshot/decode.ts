/** Decodes the fragment of a link to a race result. The input is untrusted, so every step has a limit. */
import { errorMessage } from '../core/error-message.ts';
import * as v from 'valibot';
import type { RaceResult } from '../core/result/results.ts';
import { LeftOut } from '../core/settings/known.ts';
import { fromBase64Url, inflateBounded } from './bytes.ts';
import { assertModest } from './extent.ts';
import { fromCompact } from './expand.ts';
import { HASH_PREFIX, MAX_TEXT, SEALED_SINCE, SNAPSHOT_VERSION, SnapshotError } from './limits.ts';
import { readings } from './link-text.ts';
import { assertPlain } from './plain.ts';
import { CompactSchema } from './schema.ts';
import { checkSeal } from './seal.ts';

export interface ReadSnapshot {
  readonly result: RaceResult;
  /** One line for each thing that this version does not know; usually none. */
  readonly leftOut: readonly string[];
  /** Whether the figures match the link's checksum; false for links of format 1, which have none. */
  readonly sealed: boolean;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new SnapshotError('The link does not hold a shared result: its contents are not JSON.');
  }
}

function checkVersion(value: unknown, sealed: boolean): void {
  const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new SnapshotError('The link does not hold a shared result: it names no format version.');
  if (version > SNAPSHOT_VERSION)
    throw new SnapshotError(
      `The link was made by a newer version of this page (format ${version}; this one reads up to ${SNAPSHOT_VERSION}). ` +
        'Reload the page to update it, then open the link again.',
    );
  if (version >= SEALED_SINCE && !sealed)
    throw new SnapshotError('The link is damaged: its checksum is missing. Ask for it again.');
}

async function read(text: string, pause: () => Promise<void>): Promise<ReadSnapshot> {
  if (text.length > MAX_TEXT)
    throw new SnapshotError('The link is longer than 64 KiB, which no shared result is.');
  if (text.length === 0) throw new SnapshotError('The link is empty after #s=: ask for it again.');
  const bytes = await inflateBounded(fromBase64Url(text));
  const sealed = checkSeal(bytes);
  await pause();
  const value = parseJson(bytes);
  await pause();
  checkVersion(value, sealed);
  assertPlain(value);
  await pause();
  const leftOut = new LeftOut();
  const parsed = v.safeParse(CompactSchema, leftOut.known(CompactSchema, value));
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new SnapshotError(
      `The link is not valid at ${v.getDotPath(issue) ?? 'its start'}: ${issue.message}`,
    );
  }
  assertModest(parsed.output);
  await pause();
  return { result: await fromCompact(parsed.output, pause, leftOut), leftOut: leftOut.lines, sealed };
}

/**
 * Reads `#s=…` and awaits `pause` after every few milliseconds of work. Rejects only with `SnapshotError`, with one
 * sentence as its message, if the fragment is not a valid snapshot.
 */
export async function readSnapshot(hash: string, pause = () => Promise.resolve()): Promise<ReadSnapshot> {
  const texts = readings(hash);
  if (texts.length === 0)
    throw new SnapshotError(`The link does not hold a shared result: it lacks ${HASH_PREFIX}`);
  let first: SnapshotError | null = null;
  for (const text of texts)
    try {
      return await read(text, pause);
    } catch (error) {
      first ??= error instanceof SnapshotError ? error : new SnapshotError(errorMessage(error));
    }
  throw first!;
}

/** The result of `readSnapshot`. */
export async function decodeSnapshot(hash: string): Promise<RaceResult> {
  return (await readSnapshot(hash)).result;
}
