/** A file system in memory with a limited size, for tests of the cache. */
import type { CacheDirectory, CacheFile } from '../cache.ts';

export interface MemoryDirectory extends CacheDirectory {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
}

export function memoryDirectory(room = Infinity, style: 'writable' | 'sync' = 'writable'): MemoryDirectory {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const put = (name: string, data: Uint8Array<ArrayBuffer>) => {
    const used = [...files].reduce((sum, [other, bytes]) => sum + (other === name ? 0 : bytes.length), 0);
    if (used + data.length > room) throw new DOMException('no room', 'QuotaExceededError');
    files.set(name, data.slice());
  };
  const self: MemoryDirectory = {
    files,
    getDirectoryHandle: async () => self,
    async getFileHandle(name, options) {
      if (!files.has(name) && !options?.create) throw new DOMException('no such file', 'NotFoundError');
      const file: CacheFile = {
        async getFile() {
          const bytes = files.get(name)!;
          return { size: bytes.length, arrayBuffer: async () => bytes.slice().buffer };
        },
      };
      if (style === 'writable') {
        file.createWritable = async () => ({
          write: async (data) => put(name, data),
          close: async () => undefined,
          abort: async () => undefined,
        });
      } else {
        file.createSyncAccessHandle = async () => ({
          truncate: () => put(name, new Uint8Array(0)),
          write: (data) => (put(name, data), data.length),
          flush: () => undefined,
          close: () => undefined,
        });
      }
      return file;
    },
    async removeEntry(name) {
      if (!files.delete(name)) throw new DOMException('no such file', 'NotFoundError');
    },
  };
  return self;
}
