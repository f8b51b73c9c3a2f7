/** The one entry to all data: which source gives it, in what order, and what is kept for the next time. */
import type { ExperimentConfig } from '../settings/config.ts';
import { readCifarFiles, type ArchiveFile } from './archive.ts';
import type { OnProgress } from './byte-reader.ts';
import { browserCache, type DatasetCache } from './cache.ts';
import { errorMessage } from '../error-message.ts';
import { DataError } from './data-error.ts';
import type { Dataset } from './dataset.ts';
import { loadHosted, NotHostedError } from './hosted.ts';
import { loadHuggingFace } from './huggingface.ts';
import { browserPngDecoder, type DecodePngs } from './png.ts';
import { SYNTHETIC_SEED, syntheticDataset } from './synthetic.ts';

export type DataSource = ExperimentConfig['dataset']['source'];

/** What the surroundings offer; null for what they lack. */
export interface LoadEnvironment {
  readonly fetch: typeof fetch;
  readonly cache: DatasetCache | null;
  /** Without it the parquet files of Hugging Face cannot be read. */
  readonly decodePngs: DecodePngs | null;
  /** Gets cifar-10-binary.tar.gz from its own site, which browsers may not read from another page. */
  readonly officialArchive: ((onProgress?: OnProgress, signal?: AbortSignal) => Promise<ArchiveFile>) | null;
  /** Folder of the Hugging Face parquet files; undefined for the official one. */
  readonly huggingFaceUrl?: string;
}

export interface LoadOptions {
  /** Source 'archive': cifar-10-binary.tar.gz or .bin files. Without them, the last archive that was kept. */
  readonly files?: readonly ArchiveFile[] | null;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  /** Address of the page, below which data/cifar10/ may hold shards (the worker's own address is not that). */
  readonly baseUrl?: string;
  /** Source 'synthetic'. */
  readonly seed?: number;
  readonly trainSize?: number;
  readonly testSize?: number;
  /** Told in one sentence what did not stop the load: a source that failed, a cache that is full. */
  readonly onNote?: (note: string) => void;
  readonly environment?: Partial<LoadEnvironment>;
}

/** Enough for every preset, also with four of the ten classes; made in about a second. */
export const SYNTHETIC_SIZES = { train: 20_000, test: 5_000 } as const;

/** The browser's surroundings; for Node there is `nodeEnvironment`. */
export function defaultEnvironment(baseUrl?: string): LoadEnvironment {
  return {
    fetch: (...args) => globalThis.fetch(...args),
    cache: browserCache(baseUrl),
    decodePngs: browserPngDecoder(),
    officialArchive: null,
  };
}

/**
 * Loads a data set:
 * - synthetic: generated here;
 * - archive: from `files`, kept; without files, the one kept last;
 * - cifar10: cache, then shards beside the page, then Hugging Face (in Node the official archive); kept.
 * Throws `DataError` with one sentence that says what to do, the signal's reason when aborted. Nothing that was
 * loaded before is touched: the caller replaces its data set only when this resolves.
 */
export async function loadDataset(source: DataSource, options: LoadOptions = {}): Promise<Dataset> {
  options.signal?.throwIfAborted();
  const environment = { ...defaultEnvironment(options.baseUrl), ...options.environment };
  switch (source) {
    case 'synthetic':
      return syntheticDataset(
        options.seed ?? SYNTHETIC_SEED,
        options.trainSize ?? SYNTHETIC_SIZES.train,
        options.testSize ?? SYNTHETIC_SIZES.test,
      );
    case 'archive':
      return loadArchive(options, environment);
    case 'cifar10':
      return loadCifar10(options, environment);
    default:
      throw new DataError(`There is no data source ${String(source satisfies never)}.`);
  }
}

async function loadArchive(options: LoadOptions, { cache }: LoadEnvironment): Promise<Dataset> {
  if (options.files && options.files.length > 0) {
    const dataset = await readCifarFiles(options.files, options);
    await keep('archive', dataset, cache, options);
    return dataset;
  }
  const kept = await cache?.read('archive');
  if (kept) return kept;
  throw new DataError(
    'The images of this race are in a file that is not here: drop cifar-10-binary.tar.gz or its .bin files on this page.',
  );
}

async function loadCifar10(options: LoadOptions, environment: LoadEnvironment): Promise<Dataset> {
  const { cache, decodePngs } = environment;
  options.onProgress?.({ phase: 'Looking for kept data', loadedBytes: 0, totalBytes: null });
  const kept = await cache?.read('cifar10');
  if (kept) return kept;
  const http = {
    fetch: environment.fetch,
    signal: options.signal,
    onProgress: options.onProgress,
    onWait: (phase: string) => options.onProgress?.({ phase, loadedBytes: 0, totalBytes: null }),
  };
  const sources: { readonly name: string; readonly load: () => Promise<Dataset> }[] = [];
  const { baseUrl } = options;
  if (baseUrl !== undefined) sources.push({ name: 'this site', load: () => loadHosted(baseUrl, http) });
  if (decodePngs) {
    const options = { ...http, decodePngs, baseUrl: environment.huggingFaceUrl };
    sources.push({ name: 'Hugging Face', load: () => loadHuggingFace(options) });
  }
  const { officialArchive } = environment;
  if (officialArchive) {
    const load = async () => {
      const file = await officialArchive(options.onProgress, options.signal);
      return readCifarFiles([file], { ...http, expected: 'CIFAR-10' });
    };
    sources.push({ name: 'its official site', load });
  }
  const failures: string[] = [];
  for (const [i, { name, load }] of sources.entries()) {
    try {
      const dataset = await load();
      await keep('cifar10', dataset, cache, options);
      return dataset;
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(errorMessage(error));
      const next = sources[i + 1];
      // The last failure is no note: it ends in the error below.
      if (next) options.onNote?.(`${failed(name, error)}; trying ${next.name}.`);
    }
  }
  const why = failures.length > 0 ? failures.join('; ') : 'no source can be read here';
  throw new DataError(
    `CIFAR-10 could not be loaded (${why}): download cifar-10-binary.tar.gz from ` +
      `https://www.cs.toronto.edu/~kriz/cifar.html and give that file instead.`,
  );
}

function failed(name: string, error: unknown): string {
  if (error instanceof NotHostedError) return 'No CIFAR-10 is hosted beside this page';
  return `CIFAR-10 could not be loaded from ${name} (${errorMessage(error).replace(/\.$/, '')})`;
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
