/** CIFAR-10 and CIFAR-100 in the forms that people have, from files that the visitor or the command line gives. */
import { readFile } from './archive-file.ts';
import { baseName, WANTED, type FileOptions, type Form, type Found } from './archive-parts.ts';
import { count, watched, type OnProgress } from './byte-reader.ts';
import { CIFAR100 } from './cifar-binary.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type Dataset, type ImageSet } from './dataset.ts';
import { MAX_FILES } from './file-limit.ts';

/** A file to read as a stream; a browser's or Node's `File` is one, and `fileFromBytes` makes one. */
export interface ArchiveFile {
  /** With its folders if it came in one: `cifar-10-batches-py/test_batch`. */
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
 * Reads CIFAR-10 or CIFAR-100 from files of one form: the binary version (.bin), the python version (pickled batches)
 * or Hugging Face's parquet, each in any archive (.tar, .gz, .tar.gz, .zip) or loose. Files whose name begins with
 * `test` are the test set (a .parquet in a folder `test` too), all others the training set, in the order of their
 * names. Binary files are read as streams, with only the decoded images and one chunk in memory.
 * Throws `DataError` with one sentence that names the file and says what was expected, or `signal.reason` when aborted.
 * Formats: https://www.cs.toronto.edu/~kriz/cifar.html, https://huggingface.co/datasets/uoft-cs/cifar10.
 */
export async function readCifarFiles(
  files: readonly ArchiveFile[],
  options: ArchiveOptions = {},
): Promise<Dataset> {
  if (files.length === 0) throw new DataError(`No file was given; ${WANTED}.`);
  if (files.length > MAX_FILES) throw new DataError(`More than ${MAX_FILES} files were given; ${WANTED}.`);
  const found: Found = { parts: [], names: null, others: [] };
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  let before = 0;
  for (const file of files) {
    options.signal?.throwIfAborted();
    const stream = watched(
      file.stream(),
      (loaded) =>
        options.onProgress?.({
          phase: `Reading ${baseName(file.name)}`,
          loadedBytes: before + loaded,
          totalBytes,
        }),
      options.signal,
    );
    await readFile(file, stream, found, options);
    before += file.size;
  }
  return assemble(files, found, options);
}

type Official = Readonly<Record<'training' | 'test', string>>;

/** The usual names of the files of each form. */
const OFFICIAL: Readonly<Record<Form, (hundred: boolean) => Official>> = {
  'binary files': (hundred) =>
    hundred
      ? { training: 'train.bin', test: 'test.bin' }
      : { training: 'data_batch_1.bin to data_batch_5.bin', test: 'test_batch.bin' },
  'Python files': (hundred) =>
    hundred
      ? { training: 'train', test: 'test' }
      : { training: 'data_batch_1 to data_batch_5', test: 'test_batch' },
  'parquet files': () => ({
    training: 'train-00000-of-00001.parquet',
    test: 'test-00000-of-00001.parquet',
  }),
};

/** For messages: the names of single files, and the first folder of the others. */
function namesOf(files: readonly ArchiveFile[]): string {
  return [...new Set(files.map(({ name }) => name.split('/')[0]))].join(', ');
}

function assemble(files: readonly ArchiveFile[], found: Found, options: ArchiveOptions): Dataset {
  const given = namesOf(files);
  const { parts } = found;
  if (parts.length === 0) {
    const others = found.others.slice(0, 4).join(', ');
    const skipped = others !== '' && others !== given ? ` (it holds ${others})` : '';
    throw new DataError(`${given} holds no images of CIFAR${skipped}; ${WANTED}.`);
  }
  const { layout } = parts[0];
  const other = parts.find((part) => part.layout !== layout);
  if (other) {
    throw new DataError(
      `${other.name} is ${other.layout.title} and ${parts[0].name} is ${layout.title}; expected files of one set.`,
    );
  }
  const mixed = parts.find((part) => part.form !== parts[0].form);
  if (mixed) {
    throw new DataError(
      `${parts[0].name} is of the ${parts[0].form} and ${mixed.name} of the ${mixed.form}; expected files of one form.`,
    );
  }
  parts.sort((a, b) => (a.name < b.name ? -1 : 1));
  const train = parts.filter((part) => part.split === 'train');
  const test = parts.filter((part) => part.split === 'test');
  const missing = train.length === 0 ? 'training' : test.length === 0 ? 'test' : null;
  if (missing) {
    const other = OFFICIAL[parts[0].form](layout === CIFAR100)[missing];
    throw new DataError(`${given} holds no ${missing} images; expected ${other} as well.`);
  }
  const names = found.names?.length === layout.classNames.length ? found.names : layout.classNames;
  const set = { train: joined(train), test: joined(test) };
  options.signal?.throwIfAborted();
  return {
    ...set,
    classNames: names,
    provenance:
      `${layout.title} ${parts[0].form} (${given.slice(0, 200)}): ` +
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
