/** Reads one file of images, or of class names, out of a stream, by its content. */
import { ByteReader, count, streamOf } from './byte-reader.ts';
import { CIFAR10, CIFAR100, labelsFit, layoutsOf, unpackRecord, type CifarLayout } from './cifar-binary.ts';
import { checksumOfBytes } from './checksum.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type ImageSet } from './dataset.ts';
import { errorMessage } from '../error-message.ts';
import { columnsOf, readMetadata, readParquetImages } from './parquet-images.ts';
import { isPickle, readPickle } from './pickle.ts';
import type { DecodePngs } from './png.ts';

export const WANTED =
  'expected cifar-10-binary.tar.gz, cifar-10-python.tar.gz, the .bin files or batches in them, or parquet files of Hugging Face';

/** CIFAR-10 has six files of images; subsets may be split into more. */
const MAX_PARTS = 64;
const MAX_IMAGES = 120_000;
const META_LIMIT = 16_384;
/** The largest file that has to be in memory as a whole: the training images of Hugging Face have 120 MB. */
const MAX_WHOLE_BYTES = 400 * 2 ** 20;

/** How the images are written. */
export type Form = 'binary files' | 'Python files' | 'parquet files';

export interface Part extends ImageSet {
  readonly name: string;
  readonly split: 'train' | 'test';
  readonly form: Form;
  readonly layout: CifarLayout;
  /** Of images and labels. */
  readonly digest: string;
}

/** What was found so far in all files. */
export interface Found {
  readonly parts: Part[];
  /** Class names from batches.meta.txt, fine_label_names.txt or a pickled meta file. */
  names: readonly string[] | null;
  /** Names of up to 16 skipped files. */
  readonly others: string[];
}

export interface FileOptions {
  readonly signal?: AbortSignal;
  /** Refuse the other data set; either is read if not given. */
  readonly expected?: 'CIFAR-10' | 'CIFAR-100';
  /** For parquet files; they are refused without. */
  readonly decodePngs?: DecodePngs | null;
}

/** A file whose content is no container. */
export interface Leaf {
  /** With its folders, where it has any. */
  readonly path: string;
  /** Bytes; null if only its end shows it. */
  readonly size: number | null;
  /** Its first bytes. */
  readonly head: Uint8Array;
  readonly stream: ReadableStream<Uint8Array>;
}

/** Adds the images or names of the file to `found`; returns false if it is no file of CIFAR. Throws `DataError`. */
export async function readLeaf(leaf: Leaf, found: Found, options: FileOptions): Promise<boolean> {
  const name = baseName(leaf.path);
  const read = readerOf(name, leaf);
  if (!read) {
    if (found.others.length < 16) found.others.push(name);
    return false;
  }
  const reader = new ByteReader(leaf.stream);
  try {
    await read(reader, { ...leaf, name }, found, options);
  } finally {
    await reader.cancel();
  }
  return true;
}

interface Named extends Leaf {
  readonly name: string;
}
type Read = (reader: ByteReader, leaf: Named, found: Found, options: FileOptions) => Promise<void>;

function readerOf(name: string, { size, head }: Leaf): Read | null {
  // macOS adds a file of attributes, `._data_batch_1.bin`, to each file.
  if (name.startsWith('._')) return null;
  if (isParquet(head)) return readParquet;
  if (isPickle(head)) return readPickled;
  if (name === 'batches.meta.txt' || name === 'fine_label_names.txt')
    return (size ?? 0) <= META_LIMIT ? readNames : null;
  return /\.bin$/i.test(name) ? readBinary : null;
}

function isParquet(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31;
}

const readNames: Read = async (reader, _, found) => {
  const text = new TextDecoder().decode(await reader.rest(META_LIMIT));
  found.names = plainNames(text.split(/\r?\n/)) ?? found.names;
};

const readPickled: Read = async (reader, { name, path, size }, found, options) => {
  const read = readPickle(name, await whole(reader, name, size));
  if (read.kind === 'names') found.names = plainNames(read.names) ?? found.names;
  else add({ name, split: splitOf(path), form: 'Python files', ...read }, found, options);
};

const readParquet: Read = async (reader, { name, path, size }, found, options) => {
  const { decodePngs, signal } = options;
  const bytes = await whole(reader, name, size);
  if (!decodePngs)
    throw new DataError(
      `${name} is a parquet file of PNG images, which this browser cannot decode; ${WANTED}.`,
    );
  const file = {
    byteLength: bytes.length,
    slice: async (start: number, end?: number) => bytes.slice(start, end).buffer,
  };
  try {
    const metadata = await readMetadata(file);
    const layout = columnsOf(metadata).has('fine_label') ? CIFAR100 : CIFAR10;
    const set = await readParquetImages(file, metadata, {
      labelColumn: layout === CIFAR100 ? 'fine_label' : 'label',
      classes: layout.classNames.length,
      decodePngs,
      signal,
    });
    add({ name, split: splitOf(path), form: 'parquet files', layout, ...set }, found, options);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DataError && error.message.startsWith(name)) throw error;
    throw new DataError(`${name} cannot be read as a parquet file of CIFAR: ${errorMessage(error)}`);
  }
};

const readBinary: Read = async (reader, { name, path, size }, found, options) => {
  let [content, bytes] = [reader, size];
  let layouts = bytes === null ? [] : layoutsOf(name, bytes);
  // The whole file: unpacked from a .bin.gz, only its end shows its size; and if two layouts fit, its labels decide.
  if (bytes === null || layouts.length > 1) {
    const all = await whole(reader, name, size);
    content = new ByteReader(streamOf(all));
    bytes = all.length;
    layouts = layoutsOf(name, bytes);
    if (layouts.length > 1) layouts = layouts.filter((l) => labelsFit(all, l)).concat(layouts);
  }
  const layout = layouts[0];
  const set = await readRecords(content, name, bytes, layout, found);
  add({ name, split: splitOf(path), form: 'binary files', layout, ...set }, found, options);
};

/** The rest of the file. One that is too large is refused by its size, or, where that is not known, once it is read. */
async function whole(
  reader: ByteReader,
  name: string,
  size: number | null,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = size !== null && size > MAX_WHOLE_BYTES ? null : await reader.rest(MAX_WHOLE_BYTES);
  if (bytes !== null && bytes.length <= MAX_WHOLE_BYTES) return bytes;
  throw new DataError(`${name} has more than ${count(MAX_WHOLE_BYTES)} bytes; ${WANTED}.`);
}

async function readRecords(
  reader: ByteReader,
  name: string,
  size: number,
  layout: CifarLayout,
  found: Found,
): Promise<ImageSet> {
  const n = size / layout.recordBytes;
  requireRoom(name, n, found);
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
  return { images, labels };
}

function requireRoom(name: string, images: number, { parts }: Found): void {
  if (parts.length >= MAX_PARTS)
    throw new DataError(`${name}: more than ${MAX_PARTS} files of images were given; ${WANTED}.`);
  if (parts.reduce((sum, part) => sum + part.labels.length, images) > MAX_IMAGES)
    throw new DataError(`${name}: more than ${count(MAX_IMAGES)} images in all; ${WANTED}.`);
}

/** The same images in another form or folder, as torchvision leaves them beside their archive, count once. */
function add(read: Omit<Part, 'digest'>, found: Found, { expected }: FileOptions): void {
  const { name, layout, images, labels } = read;
  if (expected && layout.title !== expected)
    throw new DataError(`${name} is ${layout.title}; expected ${expected}.`);
  const part = { ...read, digest: checksumOfBytes([images, labels]) };
  const same = (p: Part) => p.split === part.split && p.labels.length === labels.length;
  if (found.parts.some((p) => same(p) && p.digest === part.digest)) return;
  if (found.parts.some((p) => p.name === name && p.split === part.split && p.form === part.form))
    throw new DataError(`${name} was given twice, with different images; expected each file once.`);
  requireRoom(name, labels.length, found);
  found.parts.push(part);
}

/** `test` if the file's name says so, or, where its name says nothing, its folder's. */
function splitOf(path: string): 'train' | 'test' {
  const says = (text: string, word: string) => new RegExp(`(^|[^a-z])${word}`, 'i').test(text);
  const name = baseName(path);
  if (says(name, 'test')) return 'test';
  if (says(name, 'train') || says(name, 'data_batch')) return 'train';
  const folder = path.split('/').at(-2) ?? '';
  return says(folder, 'test') ? 'test' : 'train';
}

/** The class names, or null if they are no list of distinct short names. */
function plainNames(names: readonly string[]): string[] | null {
  const lines = names.map((line) => line.trim()).filter((line) => line !== '');
  const plain = lines.every((line) => /^[\w .()'-]{1,40}$/.test(line));
  return plain && new Set(lines).size === lines.length ? lines : null;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).slice(0, 100);
}
