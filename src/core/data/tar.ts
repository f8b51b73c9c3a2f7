import { parseTar } from 'nanotar';
import type { ByteReader } from './byte-reader.ts';

const BLOCK = 512;
/** Limits on the bytes that a hostile archive can make the reader skip; CIFAR-10 has 184 MB. */
const MAX_CONTENT = 2 ** 30;
const MAX_PADDING = 2 ** 24;

export interface TarEntry {
  readonly name: string;
  /** Bytes of content, which follow in the reader. */
  readonly size: number;
  readonly isFile: boolean;
}

/** Compares the header's checksum: the sum of its bytes, with the checksum field taken as spaces. */
function checksumMatches(block: Uint8Array): boolean {
  let sum = 8 * 32;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i];
  const field = String.fromCharCode(...block.subarray(148, 156));
  return Number.parseInt(field.replaceAll('\0', ' ').trim(), 8) === sum;
}

/** Whether a tar archive begins with these bytes, of which 512 are needed. */
export function looksLikeTar(head: Uint8Array): boolean {
  return head.length >= BLOCK && checksumMatches(head);
}

/**
 * Reads a tar archive entry by entry with bounded memory. nanotar would need the whole archive in one buffer (184 MB
 * for CIFAR-10), so it gets only one header block at a time, and the contents stay in the stream. `visit` may read up
 * to `entry.size` bytes of the content from the reader and returns how many it read.
 * Throws `Error` if the archive is damaged or ends too early, without the file's name, which the caller adds.
 */
export async function readTar(
  reader: ByteReader,
  visit: (entry: TarEntry) => Promise<number>,
): Promise<void> {
  let total = 0;
  for (;;) {
    const block = new Uint8Array(BLOCK);
    const got = await reader.fill(block);
    if (got === 0 || block.every((byte) => byte === 0)) {
      // Read the padding too, so that gzip compares its checksum, which comes last.
      await reader.skip(MAX_PADDING);
      return;
    }
    if (got < BLOCK) throw new Error('the archive ends in the middle of an entry (truncated)');
    if (!checksumMatches(block)) throw new Error('an entry of the archive is damaged');
    const entry = parseHeader(block);
    total += entry.size;
    if (total > MAX_CONTENT) throw new Error('the archive holds more than 1 GiB');
    const taken = await visit(entry);
    const left = Math.ceil(entry.size / BLOCK) * BLOCK - taken;
    // Some writers omit the padding of the last entry, so only missing content is an error.
    const passed = await reader.skip(left);
    if (taken + passed < entry.size) {
      throw new Error(`the archive ends in the middle of ${entry.name} (truncated)`);
    }
  }
}

function parseHeader(block: Uint8Array): TarEntry {
  const type = block[156];
  // nanotar needs content after the header, which it reads for extension headers: give it a plain file's header.
  const padded = new Uint8Array(2 * BLOCK);
  padded.set(block);
  padded[156] = 0x30;
  const [meta] = parseTar(padded, { metaOnly: true });
  const size = meta?.size;
  if (!meta || !Number.isSafeInteger(size) || size < 0) throw new Error('an entry of the archive is damaged');
  // Type '0', '7' or NUL is a file; everything else (directories, extension headers, links) is skipped.
  const isFile = type === 0x30 || type === 0x37 || type === 0;
  return { name: printable(meta.name), size, isFile };
}

/** The name without control characters, at most 120 long, since it appears in messages and provenance. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 120);
}
