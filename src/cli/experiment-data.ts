/** Loads the data of an experiment and prints the progress of downloads on standard error. */
import { access } from 'node:fs/promises';
import type { Dataset } from '../core/data/dataset.ts';
import { loadDataset } from '../core/data/load.ts';
import { fileFromPath, nodeEnvironment } from '../core/data/node-environment.ts';
import { DATA_SOURCES, SOURCES, type DataSource } from '../core/data/sources/catalogue.ts';
import { UsageError } from './args.ts';
import { loadProgressPrinter } from './load-progress.ts';

/** The names that `--dataset` accepts apart from the path of an archive. */
export const NAMED_SOURCES: readonly string[] = DATA_SOURCES.filter((s) => s.kind !== 'files').map(
  (s) => s.id,
);

/**
 * `path`: an archive's path, or null for a source without files. Throws `UsageError` if there is no such file,
 * `DataError` if the data cannot be loaded.
 */
export async function loadData(source: DataSource, path: string | null): Promise<Dataset> {
  const progress = loadProgressPrinter();
  const told = { onProgress: progress.onProgress, onNote: progress.say };
  try {
    if (path === null && SOURCES[source].kind === 'hosted')
      return await loadDataset(source, {
        ...told,
        baseUrl: new URL('../../public/', import.meta.url).href,
        environment: { ...nodeEnvironment('.cache'), cache: null },
      });
    if (path === null) return await loadDataset(source, { ...told, environment: nodeEnvironment('.cache') });
    await access(path).catch(() => {
      throw new UsageError(
        `--dataset: there is no file ${path}; expected ${NAMED_SOURCES.join(', ')} or the path of cifar-10-binary.tar.gz or cifar-100-binary.tar.gz.`,
      );
    });
    const files = [await fileFromPath(path)];
    return await loadDataset('archive', { ...told, files, environment: { cache: null } });
  } finally {
    progress.end();
  }
}
