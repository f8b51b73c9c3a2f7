/** Loads the data of every source: asks the places it may come from in order, and keeps it for the next time. */
import { readCifarFiles, type ArchiveFile } from './archive.ts';
import type { OnProgress } from './byte-reader.ts';
import { browserCache, type DatasetCache } from './cache.ts';
import { errorMessage, withoutFullStop } from '../error-message.ts';
import { DataError } from './data-error.ts';
import type { Dataset } from './dataset.ts';
import { loadHosted, NotHostedError } from './hosted.ts';
import { loadHuggingFace } from './huggingface.ts';
import { browserPngDecoder, type DecodePngs } from './png.ts';
import { SOURCES, type DataSource, type GeneratedId } from './sources/catalogue.ts';
import type {
  AnySource,
  DownloadSource,
  FilesSource,
  HostedSource,
  OfficialArchive,
} from './sources/source.ts';
import { SYNTHETIC_SEED, syntheticDataset } from './synthetic.ts';

/** Makes `train` training and `test` test images. */
type Generate = (seed: number | undefined, train: number, test: number) => Dataset;

/** The type requires a generator for each generated source. */
const GENERATORS: Readonly<Record<GeneratedId, Generate>> = {
  synthetic: (seed = SYNTHETIC_SEED, train, test) => syntheticDataset(seed, train, test),
};

/** What the platform offers, browser or Node; null for what it lacks. */
export interface LoadEnvironment {
  readonly fetch: typeof fetch;
  readonly cache: DatasetCache | null;
  /** Without it, parquet files are not read, since they hold PNGs, and Hugging Face is not asked. */
  readonly decodePngs: DecodePngs | null;
  /** Downloads a CIFAR archive from its own site, which browsers may not read from another page. */
  readonly officialArchive:
    | ((archive: OfficialArchive, onProgress?: OnProgress, signal?: AbortSignal) => Promise<ArchiveFile>)
    | null;
  /** Folder of the Hugging Face parquet files; the source's own if not given. */
  readonly huggingFaceUrl?: string;
}

export interface LoadOptions {
  /** For a source of files: CIFAR's, in any form of archive.ts. Without them, those kept last are used. */
  readonly files?: readonly ArchiveFile[] | null;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  /** Address of the page, not of the worker; `data/<source>/` below it may hold shards. */
  readonly baseUrl?: string;
  /** For a generated source; default: its own seed and its largest sizes. */
  readonly seed?: number;
  readonly trainSize?: number;
  readonly testSize?: number;
  /** Called with one sentence for each fault that did not stop the load: a place that failed, a full cache. */
  readonly onNote?: (note: string) => void;
  readonly environment?: Partial<LoadEnvironment>;
}

/** The environment of a browser; that of Node is `nodeEnvironment`. */
export function defaultEnvironment(baseUrl?: string): LoadEnvironment {
  return {
    fetch: (...args) => globalThis.fetch(...args),
    cache: browserCache(baseUrl),
    decodePngs: browserPngDecoder(),
    officialArchive: null,
  };
}

/**
 * Loads the data of a source of `sources/catalogue.ts`, by its kind:
 * - generated: it is computed;
 * - hosted: from the cache, else from the shards beside the page, and kept;
 * - files: `files` are read and kept; without them, those kept last are read;
 * - download: from the cache, else from shards beside the page, else in Node from the official archive, else from
 *   Hugging Face, and kept.
 * Throws `DataError` with one sentence that says what to do, or the signal's reason when aborted.
 */
export async function loadDataset(id: DataSource, options: LoadOptions = {}): Promise<Dataset> {
  options.signal?.throwIfAborted();
  const environment = { ...defaultEnvironment(options.baseUrl), ...options.environment };
  const source: AnySource<DataSource> | undefined = SOURCES[id];
  switch (source?.kind) {
    case 'generated': {
      const { limits } = source;
      const { seed, trainSize = limits.train, testSize = limits.test } = options;
      return GENERATORS[source.id as GeneratedId](seed, trainSize, testSize);
    }
    case 'hosted':
      return loadOwn(source, options, environment);
    case 'files':
      return loadFiles(source, options, environment);
    case 'download':
      return loadDownload(source, options, environment);
    default:
      throw new DataError(`There is no data source ${String(id)}.`);
  }
}

async function loadFiles(
  { id }: FilesSource,
  options: LoadOptions,
  { cache, decodePngs }: LoadEnvironment,
): Promise<Dataset> {
  if (options.files && options.files.length > 0) {
    const dataset = await readCifarFiles(options.files, { ...options, decodePngs });
    await keep(id, dataset, cache, options);
    return dataset;
  }
  const kept = await cache?.read(id);
  if (kept) return kept;
  throw new DataError(
    'The images of this race are in files that are not here: drop them on this page, e.g. cifar-10-binary.tar.gz or cifar-10-python.tar.gz.',
  );
}

/** The project's own shards. */
async function loadOwn(
  source: HostedSource,
  options: LoadOptions,
  { cache, fetch }: LoadEnvironment,
): Promise<Dataset> {
  const kept = await cache?.read(source.id);
  if (kept) return kept;
  const { baseUrl, signal } = options;
  if (baseUrl === undefined)
    throw new DataError(`${source.short} lies beside the page, whose address is not known.`);
  try {
    const dataset = await loadHosted(baseUrl, { source, ...httpOf(options, fetch) });
    await keep(source.id, dataset, cache, options);
    return dataset;
  } catch (error) {
    signal?.throwIfAborted();
    const why = withoutFullStop(errorMessage(error));
    throw new DataError(`${source.short} could not be loaded (${why}). Check the connection and try again.`);
  }
}

/** The options of its downloads. */
const httpOf = ({ signal, onProgress }: LoadOptions, fetch: LoadEnvironment['fetch']) => ({
  fetch,
  signal,
  onProgress,
  onWait: (phase: string) => onProgress?.({ phase, loadedBytes: 0, totalBytes: null }),
});

async function loadDownload(
  source: DownloadSource,
  options: LoadOptions,
  environment: LoadEnvironment,
): Promise<Dataset> {
  const { cache, decodePngs } = environment;
  options.onProgress?.({ phase: 'Looking for kept data', loadedBytes: 0, totalBytes: null });
  const kept = await cache?.read(source.id);
  if (kept) return kept;
  const http = { source, ...httpOf(options, environment.fetch) };
  const places: { readonly name: string; readonly load: () => Promise<Dataset> }[] = [];
  const { baseUrl } = options;
  if (baseUrl !== undefined) places.push({ name: 'this site', load: () => loadHosted(baseUrl, http) });
  const { officialArchive } = environment;
  const { archive } = source.download;
  if (officialArchive && archive) {
    const load = async () => {
      const file = await officialArchive(archive, options.onProgress, options.signal);
      return readCifarFiles([file], { ...http, expected: source.cifar ?? undefined });
    };
    places.push({ name: 'its official site', load });
  }
  if (decodePngs) {
    const options = { ...http, decodePngs, baseUrl: environment.huggingFaceUrl };
    places.push({ name: 'Hugging Face', load: () => loadHuggingFace(options) });
  }
  const failures: string[] = [];
  for (const [i, { name, load }] of places.entries()) {
    try {
      const dataset = await load();
      await keep(source.id, dataset, cache, options);
      return dataset;
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(errorMessage(error));
      const next = places[i + 1];
      // The last failure is part of the error below.
      if (next) options.onNote?.(`${failed(source, name, error)}; trying ${next.name}.`);
    }
  }
  const why = failures.length > 0 ? failures.join('; ') : 'no source can be read here';
  const instead = archive
    ? `: download ${archive.url.slice(archive.url.lastIndexOf('/') + 1)} from ${archive.home} and give that file instead.`
    : '. Try again later.';
  throw new DataError(`${source.short} could not be loaded (${why})${instead}`);
}

function failed({ short }: DownloadSource, place: string, error: unknown): string {
  if (error instanceof NotHostedError) return `No ${short} is hosted beside this page`;
  return `${short} could not be loaded from ${place} (${withoutFullStop(errorMessage(error))})`;
}

async function keep(
  key: string,
  dataset: Dataset,
  cache: DatasetCache | null,
  options: LoadOptions,
): Promise<void> {
  if (!cache) return;
  options.signal?.throwIfAborted();
  options.onProgress?.({ phase: 'Keeping the data for the next visit', loadedBytes: 0, totalBytes: null });
  try {
    await cache.write(key, dataset);
  } catch (error) {
    options.onNote?.(`The data could not be kept for the next visit (${errorMessage(error)}).`);
  }
}
