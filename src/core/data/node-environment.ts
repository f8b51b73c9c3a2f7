/** The `LoadEnvironment` of Node: the official archive, shards as files, a cache folder. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { fileFromBytes, type ArchiveFile } from './archive.ts';
import type { OnProgress } from './byte-reader.ts';
import { datasetCache, type CacheDirectory } from './cache.ts';
import { DataError } from './data-error.ts';
import { download, retried } from './http.ts';
import type { LoadEnvironment } from './load.ts';
import { writeWhole } from '../node-files.ts';

/** `cacheFolder`: where decoded data sets are kept, e.g. `.cache` (not committed). */
export function nodeEnvironment(cacheFolder: string): LoadEnvironment {
  return {
    fetch: fetchWithFiles,
    cache: datasetCache(async () => directory(cacheFolder)),
    decodePngs: null,
    officialArchive: ({ url, md5 }, onProgress, signal) =>
      fetchOfficialArchive({ url, md5, onProgress, signal }),
  };
}

/** A file on disk for `readCifarFiles`, read as a stream. Throws `DataError` if there is none. */
export async function fileFromPath(path: string): Promise<ArchiveFile> {
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) {
    throw new DataError(`${path} is no file; expected cifar-10-binary.tar.gz or a .bin file.`);
  }
  return {
    name: basename(path),
    size: info.size,
    stream: () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
  };
}

/** Downloads the official archive and compares its MD5. Throws `DataError`, or the signal's reason when aborted. */
export async function fetchOfficialArchive(options: {
  readonly url: string;
  readonly md5: string;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  readonly retryMs?: readonly number[];
}): Promise<ArchiveFile> {
  const { url, md5, onProgress, signal, retryMs } = options;
  const http = {
    fetch,
    signal,
    retryMs,
    onWait: (phase: string) => onProgress?.({ phase, loadedBytes: 0, totalBytes: null }),
  };
  const bytes = await retried(http, () =>
    download(url, 400 * 2 ** 20, http, (loadedBytes, totalBytes) =>
      onProgress?.({ phase: `Downloading ${url}`, loadedBytes, totalBytes }),
    ),
  );
  const found = createHash('md5').update(bytes).digest('hex');
  if (found !== md5) {
    throw new DataError(`${url} has the MD5 ${found}; expected ${md5}: the transfer was damaged, try again`);
  }
  return fileFromBytes(basename(url), bytes);
}

/** `fetch` that also reads `file:` addresses; a missing file has status 404. */
const fetchWithFiles: typeof fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith('file:')) return fetch(input, init);
  const bytes = await readFile(fileURLToPath(url)).catch(() => null);
  return bytes ? new Response(bytes) : new Response(null, { status: 404 });
};

/** The part of the browser's file system API that the cache uses, on the folder `path`. */
function directory(path: string): CacheDirectory {
  return {
    async getDirectoryHandle(name) {
      const inner = join(path, name);
      await mkdir(inner, { recursive: true });
      return directory(inner);
    },
    async getFileHandle(name) {
      const file = join(path, name);
      return {
        async getFile() {
          const bytes = await readFile(file);
          return { size: bytes.length, arrayBuffer: async () => Uint8Array.from(bytes).buffer };
        },
        createWritable: async () => ({
          write: async (data) => writeWhole(file, data),
          close: async () => undefined,
          abort: async () => undefined,
        }),
      };
    },
    removeEntry: (name) => rm(join(path, name)),
  };
}
