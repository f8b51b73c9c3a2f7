/** Keeps decoded data sets in the origin private file system, so that a second visit downloads nothing. */
import * as v from 'valibot';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type Dataset } from './dataset.ts';
import { directoryName } from '../site-storage.ts';
import { sha256 } from './hosted.ts';

const CACHE_VERSION = 1;
/** The folder of earlier versions, shared by all copies of the site on the origin. */
const FOLDER = 'datasets';

/** The part of the file system API that the cache uses, so that Node and tests can implement it. */
export interface CacheDirectory {
  getDirectoryHandle(name: string, options: { create: boolean }): Promise<CacheDirectory>;
  getFileHandle(name: string, options?: { create: boolean }): Promise<CacheFile>;
  removeEntry(name: string): Promise<void>;
}
export interface CacheFile {
  getFile(): Promise<{ readonly size: number; arrayBuffer(): Promise<ArrayBuffer> }>;
  createWritable?(): Promise<{
    write(data: Uint8Array<ArrayBuffer>): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
  /** In workers only; older Safari has no other way to write. */
  createSyncAccessHandle?(): Promise<{
    truncate(size: number): void;
    write(data: Uint8Array<ArrayBuffer>): number;
    flush(): void;
    close(): void;
  }>;
}

export interface DatasetCache {
  /** The data set kept under `key`; null if there is none, or it is damaged or of another version. */
  read(key: string): Promise<Dataset | null>;
  /** Keeps a data set under `key`. Rejects if there is no room; the one kept there before may then be gone. */
  write(key: string, dataset: Dataset): Promise<void>;
  remove(key: string): Promise<void>;
}

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200_000));
const HeaderSchema = v.strictObject({
  version: v.literal(CACHE_VERSION),
  train: size,
  test: size,
  classNames: v.array(v.string()),
  provenance: v.string(),
  sha256: v.nullable(v.string()),
});

/** The browser's cache for the site at `base`, or null if the browser has no such storage. */
export function browserCache(base?: string): DatasetCache | null {
  if (typeof navigator === 'undefined' || typeof navigator.storage?.getDirectory !== 'function') return null;
  // Cast, because TypeScript's file system types do not unify with the interface above.
  const root = () => navigator.storage.getDirectory() as unknown as Promise<CacheDirectory>;
  return datasetCache(root, directoryName(FOLDER, base));
}

/**
 * A cache in a directory. The file `<key>.bin` holds training labels, training images, test labels, test images. The
 * file `<key>.json` describes it and is written last, so that an interrupted write is not read. A data set that the
 * folder `name` lacks is read from the folder that earlier versions shared between all copies of the site; that folder
 * is never changed.
 */
export function datasetCache(root: () => Promise<CacheDirectory>, name = FOLDER): DatasetCache {
  const folder = async () => (await root()).getDirectoryHandle(name, { create: true });
  const remove = async (key: string) => {
    const directory = await folder();
    for (const name of [`${key}.json`, `${key}.bin`])
      await directory.removeEntry(name).catch(() => undefined);
  };
  return {
    remove,
    async read(key) {
      const own = await readFrom(folder, key);
      if (own || name === FOLDER) return own;
      return readFrom(async () => (await root()).getDirectoryHandle(FOLDER, { create: false }), key);
    },
    async write(key, dataset) {
      await remove(key);
      const directory = await folder();
      const bytes = pack(dataset);
      const header: v.InferOutput<typeof HeaderSchema> = {
        version: CACHE_VERSION,
        train: dataset.train.labels.length,
        test: dataset.test.labels.length,
        classNames: [...dataset.classNames],
        provenance: dataset.provenance,
        sha256: await sha256(bytes),
      };
      try {
        await writeAll(directory, `${key}.bin`, bytes);
        await writeAll(directory, `${key}.json`, new TextEncoder().encode(JSON.stringify(header)));
      } catch (error) {
        await remove(key);
        throw error;
      }
    },
  };
}

async function readFrom(folder: () => Promise<CacheDirectory>, key: string): Promise<Dataset | null> {
  try {
    const directory = await folder();
    const text = await readAll(directory, `${key}.json`);
    const header = v.parse(HeaderSchema, JSON.parse(new TextDecoder().decode(text)));
    const bytes = await readAll(directory, `${key}.bin`);
    return unpack(header, bytes, (await sha256(bytes)) ?? header.sha256);
  } catch {
    // Absent, unreadable, damaged or outdated: in each case the caller loads the data again.
    return null;
  }
}

function pack({ train, test }: Dataset): Uint8Array<ArrayBuffer> {
  const parts = [train.labels, train.images, test.labels, test.images];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function unpack(
  header: v.InferOutput<typeof HeaderSchema>,
  bytes: Uint8Array,
  checksum: string | null,
): Dataset | null {
  const whole = (header.train + header.test) * (1 + IMAGE_BYTES);
  if (bytes.length !== whole || checksum !== header.sha256) return null;
  let at = 0;
  const take = (length: number) => bytes.subarray(at, (at += length));
  const split = (n: number) => ({ labels: take(n), images: take(n * IMAGE_BYTES) });
  const dataset = { train: split(header.train), test: split(header.test) };
  const inRange = (label: number) => label < header.classNames.length;
  if (!dataset.train.labels.every(inRange) || !dataset.test.labels.every(inRange)) return null;
  return { ...dataset, classNames: header.classNames, provenance: header.provenance };
}

async function readAll(directory: CacheDirectory, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await (await directory.getFileHandle(name)).getFile();
  return new Uint8Array(await file.arrayBuffer());
}

async function writeAll(
  directory: CacheDirectory,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const file = await directory.getFileHandle(name, { create: true });
  if (file.createWritable) {
    const writable = await file.createWritable();
    try {
      await writable.write(bytes);
      await writable.close();
    } catch (error) {
      await writable.abort().catch(() => undefined);
      throw error;
    }
    return;
  }
  const handle = await file.createSyncAccessHandle?.();
  if (!handle) throw new DataError('this browser cannot write to its private file system');
  try {
    handle.truncate(0);
    const written = handle.write(bytes);
    if (written !== bytes.length) throw new DataError(`only ${written} of ${bytes.length} bytes fitted`);
    handle.flush();
  } finally {
    handle.close();
  }
}
