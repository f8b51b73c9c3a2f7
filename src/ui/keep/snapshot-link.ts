/** Shared results in the page's address. Opening one starts no training. */
import { errorMessage } from '../../core/error-message.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { claimsSnapshot } from '../../snapshot/link-text.ts';
import { retriedImport } from '../shared/retried-import.ts';
import { pauses } from '../shared/pauses.ts';

export type OpenedSnapshot =
  /** `sealed`: whether the figures match a checksum in the link. */
  | { readonly ok: true; readonly result: RaceResult; readonly sealed: boolean }
  /** `message`: one sentence for the page. */
  | { readonly ok: false; readonly message: string };

/** A fragment longer than this is no anchor of this page, so it was probably a shared result. */
const LONG = 200;

/** Whether a fragment is a shared result, or was probably one before it was damaged. */
export const namesSnapshot = (hash: string): boolean => claimsSnapshot(hash) || hash.length > LONG;

/** The shared result in the fragment; null if there is none. Loads the codec only if needed. Never rejects. */
export async function openSnapshotFromLocation(
  hash: string = window.location.hash,
): Promise<OpenedSnapshot | null> {
  if (!namesSnapshot(hash)) return null;
  if (!claimsSnapshot(hash))
    return {
      ok: false,
      message:
        'The address ends in a long text that is no shared result of this page: ask for the link again.',
    };
  try {
    const { readSnapshot } = await retriedImport(() => import('../../snapshot/decode.ts'));
    const { result, sealed } = await readSnapshot(hash, pauses());
    return { ok: true, result, sealed };
  } catch (error) {
    return { ok: false, message: errorMessage(error) };
  }
}

/** The page's address with this fragment instead of the current one. */
export function linkWith(hash: string, href: string = window.location.href): string {
  return href.split('#')[0] + hash;
}

/** Removes the shared result from the address, without reloading and without an entry in the history. */
export function clearSnapshotFromLocation(): void {
  if (namesSnapshot(window.location.hash))
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
}
