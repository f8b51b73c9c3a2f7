/** Loads the data of an experiment and prints the progress of downloads on standard error. */
import { existsSync } from 'node:fs';
import type { Dataset } from '../core/data/dataset.ts';
import { loadDataset } from '../core/data/load.ts';
import { filesFromPaths, nodeEnvironment } from '../core/data/node-environment.ts';
import { DATA_SOURCES, SOURCES, type DataSource } from '../core/data/sources/catalogue.ts';
import { UsageError } from './args.ts';
import { loadProgressPrinter } from './load-progress.ts';

/** The names that `--dataset` accepts apart from paths. */
export const NAMED_SOURCES: readonly string[] = DATA_SOURCES.filter((s) => s.kind !== 'files').map(
  (s) => s.id,
);

/**
 * `paths`: of the files and folders that were given, or null for a source without files. Throws `UsageError` if one
 * does not exist, `DataError` if the data cannot be loaded.
 */
export async function loadData(source: DataSource, paths: readonly string[] | null): Promise<Dataset> {
  const progress = loadProgressPrinter();
  const told = { onProgress: progress.onProgress, onNote: progress.say };
  const environment = nodeEnvironment('.cache');
  try {
    if (paths === null && SOURCES[source].kind === 'hosted')
      return await loadDataset(source, {
        ...told,
        baseUrl: new URL('../../public/', import.meta.url).href,
        environment: { ...environment, cache: null },
      });
    if (paths === null) return await loadDataset(source, { ...told, environment });
    const absent = paths.find((path) => !existsSync(path));
    if (absent !== undefined) {
      throw new UsageError(
        `--dataset: there is no file ${absent}; expected ${NAMED_SOURCES.join(', ')} or the paths of CIFAR files or ` +
          'their folder, e.g. cifar-10-binary.tar.gz or cifar-10-batches-py.',
      );
    }
    const files = await filesFromPaths(paths);
    if (files.length === 0) throw new UsageError(`--dataset: ${paths.join(', ')} holds no files.`);
    return await loadDataset('archive', { ...told, files, environment: { ...environment, cache: null } });
  } finally {
    progress.end();
  }
}
