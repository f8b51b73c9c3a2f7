/** The `LoadEnvironment` of Node: the official archive, shards as files, a cache folder. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { fileFromBytes, type ArchiveFile } from './archive.ts';
import { MAX_FILES } from './file-limit.ts';
import { WANTED } from './archive-parts.ts';
import type { OnProgress } from './byte-reader.ts';
import { datasetCache, type CacheDirectory } from './cache.ts';
import { DataError } from './data-error.ts';
import { download, retried } from './http.ts';
import type { LoadEnvironment } from './load.ts';
import { decodePngsInNode } from './node-png.ts';
import { writeWhole } from '../node-files.ts';

/** `cacheFolder`: where decoded data sets are kept, e.g. `.cache` (not committed). */
export function nodeEnvironment(cacheFolder: string): LoadEnvironment {
  return {
    fetch: fetchWithFiles,
    cache: datasetCache(async () => directory(cacheFolder)),
    decodePngs: decodePngsInNode,
    officialArchive: ({ url, md5 }, onProgress, signal) =>
      fetchOfficialArchive({ url, md5, onProgress, signal }),
  };
}

/**
 * The files at these paths, and those of the folders among them, for `readCifarFiles`, read as streams. Throws
 * `DataError` if a path does not exist or a folder holds too many files.
 */
export async function filesFromPaths(paths: readonly string[]): Promise<ArchiveFile[]> {
  const files: ArchiveFile[] = [];
  for (const path of paths) {
    const name = basename(resolve(path));
    await addFiles(path, name, files).catch((error: unknown) => {
      if (error instanceof DataError) throw error;
      throw new DataError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}); ${WANTED}.`);
    });
  }
  return files;
}

async function addFiles(path: string, name: string, files: ArchiveFile[]): Promise<void> {
  const info = await stat(path);
  if (info.isDirectory()) {
    for (const inner of (await readdir(path)).sort())
      await addFiles(join(path, inner), `${name}/${inner}`, files);
  } else if (info.isFile()) {
    if (files.length >= MAX_FILES)
      throw new DataError(`${name.split('/')[0]} holds more than ${MAX_FILES} files; ${WANTED}.`);
    const stream = () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
    files.push({ name, size: info.size, stream });
  }
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
