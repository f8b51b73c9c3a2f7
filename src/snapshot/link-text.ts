/**
 * The text of a link as programs pass it on: percent signs for characters, a full stop or bracket behind it, line
 * breaks and quote marks within, typographic dashes. Each way to read it is tried; the checksum tells which is right.
 */
import { MAX_TEXT } from './limits.ts';

/** Decodes at most three layers of percent encoding, of ASCII characters where the rest is not UTF-8. */
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

/** Whether a fragment claims to be a shared result, in whatever form it has come through. */
export const claimsSnapshot = (hash: string): boolean => PREFIX.test(percentDecoded(hash.slice(0, 40)));

const upToForeign = (text: string): string => /^[\w-]*/.exec(text)![0];

/**
 * What may have been sent, likeliest first, without the prefix; each is base64url and at most a little longer than a
 * link may be. Empty where the fragment does not claim to be a shared result.
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
  // A line break, with the equals sign of quoted-printable or the marks of a quoted reply.
  const joined = payload.replace(/=?\s+[>|\s]*/g, '');
  const whole = [payload, joined].map(upToForeign);
  const tries = whole.flatMap((reading) => [
    reading,
    // Emphasis around the link.
    reading.replace(/[_-]+$/, ''),
    // The equals sign of the prefix in quoted-printable.
    reading.replace(/^3D/i, ''),
  ]);
  return [...new Set(tries)].map((reading) => reading.slice(0, MAX_TEXT + 1));
}
