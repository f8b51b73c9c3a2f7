/** Reads one archive or .bin file as a stream. Its content, not its name, decides how it is unpacked. */
import { ByteReader, count, peeked } from './byte-reader.ts';
import { layoutOf, unpackRecord, type CifarLayout } from './cifar-binary.ts';
import { errorMessage } from '../error-message.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type ImageSet } from './dataset.ts';
import { looksLikeTar, readTar } from './tar.ts';

export const WANTED = 'expected cifar-10-binary.tar.gz or its data_batch_*.bin and test_batch.bin';
/** CIFAR-10 has six .bin files; subsets may be split into more. */
export const MAX_FILES = 64;
const MAX_IMAGES = 120_000;
const META_LIMIT = 16_384;
const BLOCK = 512;

export interface Part extends ImageSet {
  readonly name: string;
  readonly layout: CifarLayout;
}

/** What was found so far in all files. */
export interface Found {
  readonly parts: Part[];
  /** Class names from batches.meta.txt or fine_label_names.txt. */
  names: string[] | null;
  /** Names of up to 16 skipped entries, to tell a wrong archive from an empty one. */
  readonly others: string[];
}

/** How a file is read. */
export interface FileOptions {
  readonly signal?: AbortSignal;
  /** Refuse the other data set; either is read if not given. */
  readonly expected?: 'CIFAR-10' | 'CIFAR-100';
}

/**
 * Adds the images and names of `file`, whose content is `stream`, to `found`. Throws `DataError`, or the signal's
 * reason when aborted.
 */
export async function readFile(
  file: { readonly name: string; readonly size: number },
  stream: ReadableStream<Uint8Array>,
  found: Found,
  options: FileOptions,
): Promise<void> {
  let open = stream;
  try {
    const outer = await peeked(stream, BLOCK);
    open = outer.whole;
    if (outer.head.length === 0) throw new DataError(`${file.name} is empty; ${WANTED}.`);
    if (!isGzip(outer.head)) return await readContent(file, outer.head, open, found, options);
    const inner = await peeked(open.pipeThrough(gunzip()), BLOCK);
    open = inner.whole;
    if (!looksLikeTar(inner.head)) {
      throw new DataError(`${file.name} is gzip, but holds no tar archive; ${WANTED}.`);
    }
    await readContent(file, inner.head, open, found, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof DataError) throw error;
    throw new DataError(
      `${file.name} is damaged or cut off (${errorMessage(error)}): download it again; ${WANTED}.`,
    );
  } finally {
    // This rejects if the stream has failed or a reader still locks it; then there is nothing to free.
    await open.cancel().catch(() => undefined);
  }
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** Cast, because the DOM types declare its input as BufferSource, which includes Uint8Array. */
function gunzip(): TransformStream<Uint8Array, Uint8Array> {
  return new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>;
}

async function readContent(
  file: { readonly name: string; readonly size: number },
  head: Uint8Array,
  stream: ReadableStream<Uint8Array>,
  found: Found,
  options: FileOptions,
): Promise<void> {
  const reader = new ByteReader(stream);
  try {
    if (looksLikeTar(head)) {
      await readTar(reader, (entry) =>
        entry.isFile
          ? readEntry(reader, baseName(entry.name), entry.size, found, options)
          : Promise.resolve(0),
      );
    } else if (/\.(bin|txt|html)$/i.test(file.name)) {
      await readEntry(reader, baseName(file.name), file.size, found, options);
    } else {
      throw new DataError(notCifar(file.name, head));
    }
  } finally {
    await reader.cancel();
  }
}

function notCifar(name: string, head: Uint8Array): string {
  if (head[0] === 0x80 && head[1] >= 2 && head[1] <= 5) {
    return `${name} is a Python pickle of CIFAR's "python version"; expected the "binary version", cifar-10-binary.tar.gz.`;
  }
  if (head[0] === 0x50 && head[1] === 0x4b) return `${name} is a zip archive; ${WANTED}.`;
  if (/\.(gz|tgz)$/i.test(name)) return `${name} is not gzip, although its name says so; ${WANTED}.`;
  return `${name} is no CIFAR binary file; ${WANTED}.`;
}

/** Reads the content of an entry that is needed, else nothing; returns how many bytes it read. */
async function readEntry(
  reader: ByteReader,
  name: string,
  size: number,
  found: Found,
  options: FileOptions,
): Promise<number> {
  // macOS adds a file of attributes, `._data_batch_1.bin`, to each file.
  if (name.startsWith('._')) return 0;
  if ((name === 'batches.meta.txt' || name === 'fine_label_names.txt') && size <= META_LIMIT) {
    const bytes = new Uint8Array(size);
    const got = await reader.fill(bytes);
    found.names = classNames(new TextDecoder().decode(bytes.subarray(0, got)));
    return got;
  }
  if (!/\.bin$/i.test(name)) {
    if (found.others.length < 16) found.others.push(name);
    return 0;
  }
  if (found.parts.length >= MAX_FILES) {
    throw new DataError(`${name}: more than ${MAX_FILES} .bin files were given; ${WANTED}.`);
  }
  if (found.parts.some((part) => part.name === name)) {
    throw new DataError(`${name} was given twice; expected each file once.`);
  }
  const layout = layoutOf(name, size);
  if (options.expected && layout.title !== options.expected) {
    throw new DataError(`${name} is ${layout.title}; expected ${options.expected}.`);
  }
  found.parts.push(await readRecords(reader, name, size, layout, found));
  return size;
}

async function readRecords(
  reader: ByteReader,
  name: string,
  size: number,
  layout: CifarLayout,
  found: Found,
): Promise<Part> {
  const n = size / layout.recordBytes;
  const sofar = found.parts.reduce((sum, part) => sum + part.labels.length, 0);
  if (sofar + n > MAX_IMAGES) {
    throw new DataError(`${name}: more than ${count(MAX_IMAGES)} images in all; ${WANTED}.`);
  }
  const images = new Uint8Array(n * IMAGE_BYTES);
  const labels = new Uint8Array(n);
  const record = new Uint8Array(layout.recordBytes);
  for (let i = 0; i < n; i++) {
    const got = await reader.fill(record);
    if (got < record.length) {
      throw new DataError(
        `${name} ends after ${count(i * layout.recordBytes + got)} of ${count(size)} bytes: it is truncated, download it again.`,
      );
    }
    unpackRecord(record, layout, images, labels, i, name);
  }
  return { name, layout, images, labels };
}

/** The class names in a meta file, or null if it is not a plain list of distinct short names. */
function classNames(text: string): string[] | null {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const plain = lines.every((line) => /^[\w .()'-]{1,40}$/.test(line));
  return plain && new Set(lines).size === lines.length ? lines : null;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).slice(0, 100);
}
