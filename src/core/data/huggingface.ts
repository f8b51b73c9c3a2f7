/** Loads a data set from two parquet files at Hugging Face, with a PNG image and a label in each row. */
import { count, type OnProgress } from './byte-reader.ts';
import { errorMessage } from '../error-message.ts';
import { DataError } from './data-error.ts';
import type { Dataset, ImageSet } from './dataset.ts';
import { download, openRanged, type HttpOptions, type RemoteFile } from './http.ts';
import type { DecodePngs } from './png.ts';
import { readMetadata, readParquetImages } from './parquet-images.ts';
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
    return await readParquetImages(file, await readMetadata(file), {
      labelColumn: options.source.download.huggingFace.labelColumn,
      classes: options.source.classNames.length,
      decodePngs: options.decodePngs,
      signal: options.signal,
    });
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
