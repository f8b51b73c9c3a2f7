/** Shared results in this page's address. Opening one never starts anything by itself. */
import { errorMessage } from '../../core/error-message.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { claimsSnapshot } from '../../snapshot/link-text.ts';
import { retriedImport } from '../shared/retried-import.ts';
import { pauses } from '../shared/pauses.ts';

export type OpenedSnapshot =
  /** `sealed`: the figures match a checksum in the link. */
  | { readonly ok: true; readonly result: RaceResult; readonly sealed: boolean }
  /** `message`: one sentence for the page. */
  | { readonly ok: false; readonly message: string };

/** Longer than any anchor of this page: the fragment was meant to hold a result. */
const LONG = 200;

/** Whether a fragment is a shared result, or may have been one before it was damaged. */
export const namesSnapshot = (hash: string): boolean => claimsSnapshot(hash) || hash.length > LONG;

/** Null if the fragment names no shared result. Never rejects. The codec is loaded only for a shared result. */
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

/** The page's address with this fragment in place of the present one. */
export function linkWith(hash: string, href: string = window.location.href): string {
  return href.split('#')[0] + hash;
}

/** Takes the shared result out of the address, without a step back in the history and without reloading. */
export function clearSnapshotFromLocation(): void {
  if (namesSnapshot(window.location.hash))
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
}
