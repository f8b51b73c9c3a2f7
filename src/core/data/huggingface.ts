/** Loads a data set from two parquet files at Hugging Face, with a PNG image and a label in each row. */
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { count, type OnProgress } from './byte-reader.ts';
import { errorMessage } from '../error-message.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type Dataset, type ImageSet } from './dataset.ts';
import { download, openRanged, type HttpOptions, type RemoteFile } from './http.ts';
import type { DecodePngs } from './png.ts';
import { pageDecompressors } from './snappy.ts';
import type { DownloadSource } from './sources/source.ts';

export interface HuggingFaceOptions extends HttpOptions {
  readonly source: DownloadSource;
  readonly decodePngs: DecodePngs;
  readonly onProgress?: OnProgress;
  /** Folder of the two parquet files; default: the source's. */
  readonly baseUrl?: string;
  /** Bytes of one range request; default 8 MiB. */
  readonly blockBytes?: number;
}

/** The largest file that is read; CIFAR-10's training file has 119.7 MB. */
const MAX_BYTES = 400 * 2 ** 20;
const MAX_ROWS = 60_000;
/** Rows decoded at once: about 600 KB of PNG, one canvas of 32 x 8192 pixels. */
const ROWS_PER_BATCH = 256;

/**
 * Loads training and test set, by range requests if the host allows them, else by downloading each file whole. Throws
 * `DataError` that names the file and says what was expected, or the signal's reason when aborted.
 */
export async function loadHuggingFace(options: HuggingFaceOptions): Promise<Dataset> {
  const { source } = options;
  const { huggingFace } = source.download;
  const base = options.baseUrl ?? huggingFace.folder;
  const train = await loadSplit(`${base}/${huggingFace.train}`, 'training', options);
  const test = await loadSplit(`${base}/${huggingFace.test}`, 'test', options);
  return {
    train,
    test,
    classNames: source.classNames,
    provenance:
      `${source.short} from Hugging Face (${huggingFace.repository}): ` +
      `${count(train.labels.length)} training and ${count(test.labels.length)} test images`,
  };
}

async function loadSplit(url: string, split: string, options: HuggingFaceOptions): Promise<ImageSet> {
  const phase = `Downloading ${options.source.short} ${split} images from Hugging Face`;
  const report = (loadedBytes: number, totalBytes: number | null) =>
    options.onProgress?.({ phase, loadedBytes, totalBytes });
  let size: number | null = null;
  // Blocks read twice can make the count of bytes exceed the size a little.
  const ranged = await openRanged(url, {
    ...options,
    onBytes: (loaded) => size !== null && report(Math.min(loaded, size), size),
  });
  size = ranged?.byteLength ?? null;
  if (size !== null && size > MAX_BYTES)
    throw new DataError(`${url} has ${count(size)} bytes; expected at most ${count(MAX_BYTES)}`);
  const file = ranged ?? inMemory(await download(url, MAX_BYTES, options, report));
  try {
    return await decode(file, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    const name = url.slice(url.lastIndexOf('/') + 1);
    throw new DataError(`${name} from Hugging Face cannot be read: ${errorMessage(error)}`);
  }
}

function inMemory(bytes: Uint8Array<ArrayBuffer>): RemoteFile {
  return {
    byteLength: bytes.length,
    slice: async (start, end) => bytes.slice(start, end).buffer,
  };
}

async function decode(file: RemoteFile, options: HuggingFaceOptions): Promise<ImageSet> {
  const metadata = await parquetMetadataAsync(file, { initialFetchSize: Math.min(1 << 19, file.byteLength) });
  const columns = new Set(metadata.schema.map((element) => element.name));
  const { labelColumn } = options.source.download.huggingFace;
  for (const column of ['img', 'bytes', labelColumn]) {
    if (!columns.has(column))
      throw new DataError(`column ${column} is missing; expected img{bytes, path} and ${labelColumn}`);
  }
  const rows = Number(metadata.num_rows);
  if (!(rows > 0 && rows <= MAX_ROWS)) {
    throw new DataError(`it has ${count(rows)} rows; expected 1 to ${count(MAX_ROWS)}`);
  }
  const images = new Uint8Array(rows * IMAGE_BYTES);
  const labels = new Uint8Array(rows);
  const compressors = pageDecompressors();
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    // Read whole groups, since a part of a group costs as much as all of it.
    const read: unknown[] = await parquetReadObjects({
      file,
      metadata,
      columns: ['img', labelColumn],
      rowStart: groupStart,
      rowEnd: groupEnd,
      // Image bytes are not text.
      utf8: false,
      compressors,
    });
    if (read.length !== groupEnd - groupStart || groupEnd > rows) {
      throw new DataError(
        `${count(read.length)} rows came from ${count(groupStart)} on; expected ${count(groupEnd - groupStart)}`,
      );
    }
    for (let at = 0; at < read.length; at += ROWS_PER_BATCH) {
      options.signal?.throwIfAborted();
      const batch = read
        .slice(at, at + ROWS_PER_BATCH)
        .map((row, i) => parseRow(row, groupStart + at + i, options.source));
      const pixels = await options.decodePngs(batch.map((row) => row.png));
      if (pixels.length !== batch.length * IMAGE_BYTES) {
        throw new DataError(
          `images of ${count(pixels.length)} bytes came; expected ${count(batch.length * IMAGE_BYTES)}`,
        );
      }
      images.set(pixels, (groupStart + at) * IMAGE_BYTES);
      labels.set(
        batch.map((row) => row.label),
        groupStart + at,
      );
    }
    groupStart = groupEnd;
  }
  if (groupStart !== rows) throw new DataError(`it holds ${count(groupStart)} rows; expected ${count(rows)}`);
  return { images, labels };
}

function parseRow(
  row: unknown,
  index: number,
  { classNames, download: { huggingFace } }: DownloadSource,
): { png: Uint8Array; label: number } {
  const { img, [huggingFace.labelColumn]: label } = row as { img?: { bytes?: unknown } } & Record<
    string,
    unknown
  >;
  const value = Number(label);
  const last = classNames.length - 1;
  if (!(img?.bytes instanceof Uint8Array)) throw new DataError(`row ${count(index)} has no image bytes`);
  if (!Number.isInteger(value) || value < 0 || value > last) {
    throw new DataError(`row ${count(index)} has label ${String(label)}; expected 0 to ${last}`);
  }
  return { png: img.bytes, label: value };
}
