/**
 * The bytes of a state's file: a first line, the SHA-256 of the rest, the rest. What was damaged is refused before it
 * is decoded.
 */
import { createHash } from 'node:crypto';

const FIRST_LINE = Buffer.from('ARAT experiment state 1\n');
const DIGEST_BYTES = 32;

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

export function sealBytes(content: Uint8Array): Buffer {
  return Buffer.concat([FIRST_LINE, digest(content), content]);
}

/**
 * The content. A file from before there was a first line (V8's format begins with 255) is taken as it is. Throws Error
 * when damaged.
 */
export function openBytes(file: Uint8Array): Uint8Array {
  if (file[0] === 255) return file;
  const start = FIRST_LINE.length + DIGEST_BYTES;
  if (!FIRST_LINE.equals(file.subarray(0, FIRST_LINE.length))) throw new Error('it does not begin as one');
  const content = file.subarray(start);
  if (!digest(content).equals(file.subarray(FIRST_LINE.length, start)))
    throw new Error('it is damaged: its checksum differs');
  return content;
}
