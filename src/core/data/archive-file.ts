/** Opens one file that was given: archives within it, and what they hold. Content, not the name, decides. */
import { errorMessage } from '../error-message.ts';
import { baseName, readLeaf, WANTED, type FileOptions, type Found } from './archive-parts.ts';
import { ByteReader, count, peeked, watched } from './byte-reader.ts';
import { DataError } from './data-error.ts';
import { gunzipped, isGzip } from './gunzip.ts';
import { looksLikeTar, printable, readTar, type ArchiveEntry } from './tar.ts';
import { isZip, readZip } from './zip.ts';

/** A zip archive is read as a whole; CIFAR's have 170 MB. */
const MAX_ZIP_BYTES = 400 * 2 ** 20;
/** A larger file is refused by its size, before anything of it is read. */
const MAX_FILE_BYTES = 2 ** 30;
/** What a hostile archive can make the reader unpack; CIFAR-10 has 184 MB. */
const MAX_UNPACKED_BYTES = 2 ** 30;
/** Archives within archives: a .bin.gz in a .tar.gz in a .zip is four. */
const MAX_DEPTH = 4;
/** What comes with CIFAR's files, e.g. readme.html. */
const COMPANION = /\.(txt|html)(\.gz)?$/i;
const BLOCK = 512;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

interface Opened {
  readonly path: string;
  /** Bytes; null if not known. */
  readonly size: number | null;
  readonly stream: ReadableStream<Uint8Array>;
}

/** What is shared by all that is unpacked from one file. */
interface Opening extends FileOptions {
  readonly found: Found;
  unpackedBytes: number;
}

/**
 * Adds the images and names of `file`, whose content is `stream`, to `found`. A file of a folder, which has the folder
 * in its name, may be anything; one that was given by itself must be one of CIFAR's. Throws `DataError`, or the
 * signal's reason when aborted.
 */
export async function readFile(
  file: { readonly name: string; readonly size: number },
  stream: ReadableStream<Uint8Array>,
  found: Found,
  options: FileOptions,
): Promise<void> {
  const name = baseName(file.name);
  const inFolder = name !== file.name;
  try {
    if (file.size > MAX_FILE_BYTES) {
      if (!inFolder)
        throw new DataError(
          `${name} has ${gigabytes(file.size)}, and a file of CIFAR has at most 1 GB; ${WANTED}.`,
        );
      if (found.others.length < 16) found.others.push(name);
      return;
    }
    const opening: Opening = { ...options, found, unpackedBytes: 0 };
    const { kind, head } = await open({ path: file.name, size: file.size, stream }, opening, 0);
    if (inFolder || kind === 'archive' || kind === 'images' || COMPANION.test(name)) return;
    if (kind === 'empty') throw new DataError(`${name} is empty; ${WANTED}.`);
    if (/\.(gz|tgz)$/i.test(name) && !isGzip(head))
      throw new DataError(`${name} is not gzip, although its name says so; ${WANTED}.`);
    if (isGzip(head)) throw new DataError(`${name} is gzip, but holds no file of CIFAR; ${WANTED}.`);
    throw new DataError(`${name} is no file of CIFAR; ${WANTED}.`);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof DataError) throw error;
    // The error's words may hold bytes of the file.
    const why = printable(errorMessage(error)).slice(0, 100);
    throw new DataError(`${name} is damaged or cut off (${why}): download it again; ${WANTED}.`);
  } finally {
    // This rejects if the stream has failed or a reader still locks it; then there is nothing to free.
    await stream.cancel().catch(() => undefined);
  }
}

interface Outcome {
  readonly kind: 'archive' | 'images' | 'empty' | 'other';
  readonly head: Uint8Array;
}

async function open({ path, size, stream }: Opened, opening: Opening, depth: number): Promise<Outcome> {
  const { head, whole } = await peeked(stream, BLOCK);
  try {
    if (head.length === 0 && !/\.bin$/i.test(path)) return { kind: 'empty', head };
    const visit = async ({ name, size, content }: ArchiveEntry): Promise<void> => {
      await open({ path: name, size, stream: content }, opening, depth + 1);
    };
    if (isGzip(head)) {
      requireDepth(path, depth);
      const inner = {
        path: path.replace(/\.gz$/i, ''),
        size: null,
        stream: limited(gunzipped(whole), opening),
      };
      const { kind } = await open(inner, opening, depth + 1);
      return { kind: kind === 'empty' ? 'other' : kind, head };
    }
    if (isZip(head)) {
      requireDepth(path, depth);
      const bytes = await contentOf(whole, path, size);
      await readZip(bytes, (entry) => visit({ ...entry, content: limited(entry.content, opening) }));
      return { kind: 'archive', head };
    }
    if (looksLikeTar(head)) {
      requireDepth(path, depth);
      await readTar(depth === 0 ? limited(whole, opening) : whole, visit);
      return { kind: 'archive', head };
    }
    const read = await readLeaf({ path, size, head, stream: whole }, opening.found, opening);
    return { kind: read ? 'images' : 'other', head };
  } finally {
    if (!whole.locked) await whole.cancel().catch(() => undefined);
  }
}

function requireDepth(path: string, depth: number): void {
  if (depth >= MAX_DEPTH)
    throw new DataError(`${baseName(path)} is an archive within ${MAX_DEPTH} others; ${WANTED}.`);
}

function limited(stream: ReadableStream<Uint8Array>, opening: Opening): ReadableStream<Uint8Array> {
  let before = 0;
  return watched(stream, (loaded) => {
    opening.unpackedBytes += loaded - before;
    before = loaded;
    if (opening.unpackedBytes > MAX_UNPACKED_BYTES)
      throw new Error(`it unpacks to more than ${count(MAX_UNPACKED_BYTES)} bytes`);
  });
}

async function contentOf(
  stream: ReadableStream<Uint8Array>,
  path: string,
  size: number | null,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new ByteReader(stream);
  try {
    const bytes = size !== null && size > MAX_ZIP_BYTES ? null : await reader.rest(MAX_ZIP_BYTES);
    if (bytes !== null && bytes.length <= MAX_ZIP_BYTES) return bytes;
    throw new DataError(`${baseName(path)} has more than ${count(MAX_ZIP_BYTES)} bytes; ${WANTED}.`);
  } finally {
    await reader.cancel();
  }
}
