/** Reads tar archives, with the long names of GNU and PAX. */
import { createTarDecoder } from 'modern-tar';

const BLOCK = 512;

/** A file of an archive. */
export interface ArchiveEntry {
  readonly name: string;
  /** Bytes of content. */
  readonly size: number;
  readonly content: ReadableStream<Uint8Array>;
}

/** Whether a tar archive begins with these bytes, of which 512 are needed: its first header's checksum is right. */
export function looksLikeTar(head: Uint8Array): boolean {
  if (head.length < BLOCK) return false;
  // The sum of the header's bytes, with the checksum's own field taken as spaces.
  let sum = 8 * 32;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += head[i];
  const field = String.fromCharCode(...head.subarray(148, 156));
  return Number.parseInt(field.replaceAll('\0', ' ').trim(), 8) === sum;
}

/**
 * Calls `visit` with each file of the archive in turn; other entries are skipped, and so is what `visit` leaves of the
 * content. Throws `Error` if the archive is damaged or ends too early, or what `visit` throws.
 */
export async function readTar(
  stream: ReadableStream<Uint8Array>,
  visit: (entry: ArchiveEntry) => Promise<void>,
): Promise<void> {
  // Strict: a wrong checksum and a missing end are errors, so that a truncated archive is noticed.
  const entries = stream.pipeThrough(createTarDecoder({ strict: true })).getReader();
  try {
    for (;;) {
      const { done, value } = await entries.read();
      if (done) return;
      const { header, body } = value;
      if (header.type === 'file')
        await visit({ name: printable(header.name), size: header.size, content: body });
      // The next entry comes only when this one's content is read or cancelled. Both may have happened.
      if (!body.locked) await body.cancel().catch(() => undefined);
    }
  } finally {
    await entries.cancel().catch(() => undefined);
  }
}

/** The name without control characters and at most 300 long, since it appears in messages and provenance. */
export function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(-300);
}
