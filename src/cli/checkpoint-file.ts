/**
 * The format of the file with an experiment's state: a first line, the SHA-256 of the content, the content. The
 * checksum is compared before the content is decoded.
 */
import { createHash } from 'node:crypto';

const FIRST_LINE = Buffer.from('ARAT experiment state 1\n');
const DIGEST_BYTES = 32;

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** The bytes of a file with this content. */
export function sealBytes(content: Uint8Array): Buffer {
  return Buffer.concat([FIRST_LINE, digest(content), content]);
}

/**
 * The content of a file. A file of an older version has no first line (V8's format begins with 255) and is all content.
 * Throws `Error` if the file is damaged or something else.
 */
export function openBytes(file: Uint8Array): Uint8Array {
  if (file[0] === 255) return file;
  const start = FIRST_LINE.length + DIGEST_BYTES;
  if (!FIRST_LINE.equals(file.subarray(0, FIRST_LINE.length)))
    throw new Error('its first line is not that of a state');
  const content = file.subarray(start);
  if (!digest(content).equals(file.subarray(FIRST_LINE.length, start)))
    throw new Error('it is damaged: its checksum differs');
  return content;
}
