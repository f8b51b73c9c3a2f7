/** A file on disk of which parts can be read. */
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ByteFile } from '../core/nn/safetensors.ts';
import { UsageError } from './args.ts';

/** Opened anew for each part, so that nothing has to be closed. Throws `UsageError` if there is no such file. */
export async function diskFile(path: string): Promise<ByteFile> {
  const info = await stat(path).catch(() => null);
  if (!info?.isFile())
    throw new UsageError(
      `${info ? `${path} is no file` : `There is no file ${path || '""'}`}; expected the weights of a network as safetensors.`,
    );
  return {
    name: basename(path),
    size: info.size,
    async read(begin, end) {
      const file = await open(path);
      try {
        const bytes = new Uint8Array(end - begin);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, begin);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}
