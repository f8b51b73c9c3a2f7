/** Reads images and labels from a parquet file of Hugging Face: a PNG and a label in each row. */
import { parquetMetadataAsync, parquetReadObjects, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import { count } from './byte-reader.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type ImageSet } from './dataset.ts';
import type { DecodePngs } from './png.ts';
import { pageDecompressors } from './snappy.ts';

const MAX_ROWS = 60_000;
/** Rows decoded at once: about 600 KB of PNG, one canvas of 32 x 8192 pixels. */
const ROWS_PER_BATCH = 256;

export interface ParquetOptions {
  readonly labelColumn: string;
  /** How many classes there are. */
  readonly classes: number;
  readonly decodePngs: DecodePngs;
  readonly signal?: AbortSignal;
}

export function readMetadata(file: AsyncBuffer): Promise<FileMetaData> {
  return parquetMetadataAsync(file, { initialFetchSize: Math.min(1 << 19, file.byteLength) });
}

/** The names of all columns, nested ones included. */
export const columnsOf = (metadata: FileMetaData): ReadonlySet<string> =>
  new Set(metadata.schema.map((element) => element.name));

/** Throws `DataError` without the file's name, or the signal's reason when aborted. */
export async function readParquetImages(
  file: AsyncBuffer,
  metadata: FileMetaData,
  options: ParquetOptions,
): Promise<ImageSet> {
  const { labelColumn, classes } = options;
  const columns = columnsOf(metadata);
  // `img` in the data sets of the University of Toronto, `image` in most others.
  const imageColumn = !columns.has('img') && columns.has('image') ? 'image' : 'img';
  for (const column of [imageColumn, 'bytes', labelColumn]) {
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
      columns: [imageColumn, labelColumn],
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
        .map((row, i) => parseRow(row, groupStart + at + i, imageColumn, labelColumn, classes));
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
  imageColumn: string,
  labelColumn: string,
  classes: number,
): { png: Uint8Array; label: number } {
  const { [imageColumn]: image, [labelColumn]: label } = row as Readonly<Record<string, unknown>>;
  const png = (image as { readonly bytes?: unknown } | undefined)?.bytes;
  const value = Number(label);
  if (!(png instanceof Uint8Array)) throw new DataError(`row ${count(index)} has no image bytes`);
  if (!Number.isInteger(value) || value < 0 || value >= classes) {
    throw new DataError(`row ${count(index)} has label ${String(label)}; expected 0 to ${classes - 1}`);
  }
  return { png, label: value };
}
