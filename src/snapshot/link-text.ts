/**
 * Recovers a link that other programs have changed: percent encoding, a full stop or bracket after it, line breaks and
 * quote marks within, typographic dashes. Each possible reading is tried; the checksum shows which is right.
 */
import { MAX_TEXT } from './limits.ts';

/** Decodes at most three layers of percent encoding; only ASCII characters if the rest is not UTF-8. */
function percentDecoded(text: string): string {
  let decoded = text;
  for (let layer = 0; layer < 3 && decoded.includes('%'); layer++)
    try {
      decoded = decodeURIComponent(decoded);
    } catch {
      decoded = decoded.replace(/%([0-7][0-9a-f])/gi, (_, code: string) =>
        String.fromCharCode(parseInt(code, 16)),
      );
    }
  return decoded;
}

const PREFIX = /^[^a-z0-9]{0,4}s=/i;

/** Whether a fragment begins like a shared result, even if other programs have changed it. */
export const claimsSnapshot = (hash: string): boolean => PREFIX.test(percentDecoded(hash.slice(0, 40)));

const upToForeign = (text: string): string => /^[\w-]*/.exec(text)![0];

/**
 * The possible original texts of a link, most likely first, without the prefix. Each is base64url and at most one
 * character longer than a link may be. Empty if the fragment does not begin like a shared result.
 */
export function readings(hash: string): string[] {
  const text = percentDecoded(hash.slice(0, 4 * MAX_TEXT));
  const prefix = PREFIX.exec(text);
  if (!prefix) return [];
  const payload = text
    .slice(prefix[0].length)
    .replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, '')
    .replace(/[\u2010\u2011\u2012\u2212]/g, '-')
    .replace(/[\u2013\u2014]/g, '--');
  // Remove line breaks, with the equals sign of quoted-printable or the marks of a quoted reply.
  const joined = payload.replace(/=?\s+[>|\s]*/g, '');
  const whole = [payload, joined].map(upToForeign);
  const tries = whole.flatMap((reading) => [
    reading,
    // Without emphasis after the link.
    reading.replace(/[_-]+$/, ''),
    // Without the rest of the prefix's equals sign in quoted-printable.
    reading.replace(/^3D/i, ''),
  ]);
  return [...new Set(tries)].map((reading) => reading.slice(0, MAX_TEXT + 1));
}
