/** Shared results in this page's address. Opening one never starts anything by itself. */
import type { RaceResult } from '../../core/result/results.ts';
import { retriedImport } from '../shared/retried-import.ts';

export type OpenedSnapshot =
  | { readonly ok: true; readonly result: RaceResult }
  /** `message`: one sentence for the page. */
  | { readonly ok: false; readonly message: string };

/** Null where the address holds no shared result. Never rejects. The codec is loaded only when there is one. */
export async function openSnapshotFromLocation(
  hash: string = window.location.hash,
): Promise<OpenedSnapshot | null> {
  if (!hash.startsWith('#s=')) return null;
  try {
    const { decodeSnapshot } = await retriedImport(() => import('../../snapshot/decode.ts'));
    return { ok: true, result: await decodeSnapshot(hash) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** The page's address with this fragment in place of the present one. */
export function linkWith(hash: string, href: string = window.location.href): string {
  return href.split('#')[0] + hash;
}

/** Takes the shared result out of the address, without a step back in the history and without reloading. */
export function clearSnapshotFromLocation(): void {
  if (window.location.hash.startsWith('#s='))
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
}
