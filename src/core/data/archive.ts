/** CIFAR-10 and CIFAR-100 in their official binary form, from files that the visitor or the CLI supplies. */
import { MAX_FILES, readFile, WANTED, type FileOptions, type Found } from './archive-file.ts';
import { count, watched, type OnProgress } from './byte-reader.ts';
import { CIFAR100 } from './cifar-binary.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type Dataset, type ImageSet } from './dataset.ts';

/** A file to read as a stream; a browser's or Node's `File` is one, and `fileFromBytes` makes one. */
export interface ArchiveFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  stream(): ReadableStream<Uint8Array>;
}

export interface ArchiveOptions extends FileOptions {
  readonly onProgress?: OnProgress;
}

/** A file with a copy of `bytes` as its content. */
export function fileFromBytes(name: string, bytes: Uint8Array): ArchiveFile {
  // Cast, because the DOM types refuse shared memory; `File` copies the bytes.
  return new File([bytes as Uint8Array<ArrayBuffer>], name);
}

/**
 * Reads a CIFAR-10 or CIFAR-100 binary archive (.tar.gz or .tar) or its .bin files as streams, with only the decoded
 * images and one chunk in memory. Files whose name begins with `test` are the test set, all other .bin files the
 * training set, in the order of their names.
 * Throws `DataError` with one sentence that names the file and says what was expected, or `signal.reason` when aborted.
 * Format: https://www.cs.toronto.edu/~kriz/cifar.html, "binary version".
 */
export async function readCifarFiles(
  files: readonly ArchiveFile[],
  options: ArchiveOptions = {},
): Promise<Dataset> {
  if (files.length === 0) throw new DataError(`No file was given; ${WANTED}.`);
  if (files.length > MAX_FILES) throw new DataError(`${files.length} files were given; ${WANTED}.`);
  const found: Found = { parts: [], names: null, others: [] };
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  let before = 0;
  for (const file of files) {
    options.signal?.throwIfAborted();
    const stream = watched(
      file.stream(),
      (loaded) =>
        options.onProgress?.({ phase: `Reading ${file.name}`, loadedBytes: before + loaded, totalBytes }),
      options.signal,
    );
    await readFile(file, stream, found, options);
    before += file.size;
  }
  return assemble(files, found, options);
}

function assemble(files: readonly ArchiveFile[], found: Found, options: ArchiveOptions): Dataset {
  const given = files.map((file) => file.name).join(', ');
  const { parts } = found;
  if (parts.length === 0) {
    if (
      found.others.some((name) => /^(data_batch_\d|test_batch|batches\.meta|train|test|meta)$/.test(name))
    ) {
      throw new DataError(
        `${given} is CIFAR's "python version" (pickle files); expected the "binary version", cifar-10-binary.tar.gz.`,
      );
    }
    throw new DataError(`${given} holds no .bin file; ${WANTED}.`);
  }
  const { layout } = parts[0];
  const other = parts.find((part) => part.layout !== layout);
  if (other) {
    throw new DataError(
      `${other.name} is ${other.layout.title} and ${parts[0].name} is ${layout.title}; expected files of one set.`,
    );
  }
  parts.sort((a, b) => (a.name < b.name ? -1 : 1));
  const test = parts.filter((part) => /^test/i.test(part.name));
  const train = parts.filter((part) => !/^test/i.test(part.name));
  const missing =
    train.length === 0
      ? ['training', layout === CIFAR100 ? 'train.bin' : 'data_batch_1.bin to data_batch_5.bin']
      : test.length === 0
        ? ['test', layout === CIFAR100 ? 'test.bin' : 'test_batch.bin']
        : null;
  if (missing) {
    throw new DataError(`${given} holds no ${missing[0]} images; expected ${missing[1]} as well.`);
  }
  const names = found.names?.length === layout.classNames.length ? found.names : layout.classNames;
  const set = { train: joined(train), test: joined(test) };
  options.signal?.throwIfAborted();
  return {
    ...set,
    classNames: names,
    provenance:
      `${layout.title} binary files (${given.slice(0, 200)}): ` +
      `${count(set.train.labels.length)} training and ${count(set.test.labels.length)} test images`,
  };
}

function joined(parts: readonly ImageSet[]): ImageSet {
  if (parts.length === 1) return { images: parts[0].images, labels: parts[0].labels };
  const n = parts.reduce((sum, part) => sum + part.labels.length, 0);
  const images = new Uint8Array(n * IMAGE_BYTES);
  const labels = new Uint8Array(n);
  let at = 0;
  for (const part of parts) {
    images.set(part.images, at * IMAGE_BYTES);
    labels.set(part.labels, at);
    at += part.labels.length;
  }
  return { images, labels };
}
