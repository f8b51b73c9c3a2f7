/** base64url, and deflate with a limit on the inflated size, by the platform's own streams. */
import { MAX_INFLATED, SnapshotError } from './limits.ts';

export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes of unpadded base64url. Throws `SnapshotError` for any other text. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text))
    throw new SnapshotError('The link is damaged: it holds characters that no shared result contains.');
  let binary: string;
  try {
    binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    throw new SnapshotError('The link is damaged or cut short: ask for it again.');
  }
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Inflates raw deflate data to at most `limit` bytes. The stream is cancelled as soon as there are more, so that a
 * small input cannot fill the memory. Throws `SnapshotError` if the data is damaged, truncated or too large.
 */
export async function inflateBounded(
  bytes: Uint8Array<ArrayBuffer>,
  limit = MAX_INFLATED,
): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      total += value.byteLength;
      if (total > limit)
        throw new SnapshotError('The link unpacks to more than 1 MiB, which no shared result does.');
      chunks.push(value);
    }
  } catch (error) {
    if (error instanceof SnapshotError) {
      reader.cancel().catch(() => {});
      throw error;
    }
    throw new SnapshotError('The link is damaged or cut short: ask for it again.');
  }
  const out = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.byteLength;
  }
  return out;
}
