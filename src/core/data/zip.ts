/** Reads zip archives. */
import { printable, type ArchiveEntry } from './tar.ts';

/** Whether a zip archive with at least one entry begins with these bytes. */
export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
}

/**
 * Calls `visit` with each file of the archive in turn; what `visit` leaves of the content is not unpacked. Throws
 * `Error` if the archive is damaged or encrypted, or what `visit` throws; a wrong CRC-32 fails the content's stream.
 */
export async function readZip(
  bytes: Uint8Array<ArrayBuffer>,
  visit: (entry: ArchiveEntry) => Promise<void>,
): Promise<void> {
  const { configure, Uint8ArrayReader, ZipReader } = await import('@zip.js/zip.js/lib/zip-core-native.js');
  // Data is read in a worker already.
  configure({ useWebWorkers: false });
  const zip = new ZipReader(new Uint8ArrayReader(bytes), { checkSignature: true });
  try {
    for (const entry of await zip.getEntries()) {
      if (entry.directory) continue;
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      // It fails if `visit` cancels the content, and if the entry is damaged. zip.js does not pass an early failure on.
      const unpacked = entry.getData(writable).catch((error) => writable.abort(error).catch(() => undefined));
      await visit({
        name: printable(entry.filename),
        size: entry.uncompressedSize,
        content: readable,
      });
      if (!readable.locked) await readable.cancel().catch(() => undefined);
      await unpacked;
    }
  } finally {
    await zip.close().catch(() => undefined);
  }
}
