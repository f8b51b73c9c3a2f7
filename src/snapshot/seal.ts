/**
 * A checksum at the start of a link's JSON: `{"sum":"<8 hex digits of CRC-32>",…`, over all bytes after it. Links of
 * format 1 have none. It is inside the JSON, so that a page that knows only format 1 still finds the version and asks
 * for a reload.
 */
import CRC32 from 'crc-32';
import { SnapshotError } from './limits.ts';

const SEAL = /^\{"sum":"([0-9a-f]{8})",/;
const SEAL_LENGTH = '{"sum":"00000000",'.length;

const checksum = (bytes: Uint8Array): string => (CRC32.buf(bytes) >>> 0).toString(16).padStart(8, '0');

/** The bytes of `json`, an object with at least one key, with the checksum added. */
export function seal(json: string): Uint8Array<ArrayBuffer> {
  const rest = new TextEncoder().encode(json.slice(1));
  const head = new TextEncoder().encode(`{"sum":"${checksum(rest)}",`);
  const sealed = new Uint8Array(head.length + rest.length);
  sealed.set(head);
  sealed.set(rest, head.length);
  return sealed;
}

/** Whether there is a checksum. Throws `SnapshotError` if it does not match. */
export function checkSeal(bytes: Uint8Array): boolean {
  const match = SEAL.exec(String.fromCharCode(...bytes.subarray(0, SEAL_LENGTH)));
  if (!match) return false;
  if (checksum(bytes.subarray(SEAL_LENGTH)) !== match[1])
    throw new SnapshotError('The link is damaged: its contents do not match its checksum. Ask for it again.');
  return true;
}
