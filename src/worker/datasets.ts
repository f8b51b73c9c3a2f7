/** The data that the engine has loaded, by source. */
import { contentOf } from '../core/data/content.ts';
import { loadDataset } from '../core/data/load.ts';
import type { Dataset } from '../core/data/dataset.ts';
import type { DataSource } from '../core/data/sources/catalogue.ts';
import { LOAD_CANCELLED, type DataProgress, type DataSummary } from './api.ts';

function imagesPerClass(labels: Uint8Array, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label]++;
  return counts;
}

export class Datasets {
  private readonly loaded = new Map<DataSource, Dataset>();
  private readonly loading = new Map<DataSource, AbortController>();

  /** `baseUrl`: address of the page, below which hosted data may lie. */
  constructor(private readonly baseUrl: string) {}

  get(source: DataSource): Dataset | undefined {
    return this.loaded.get(source);
  }

  /** Loads the data where they are not there yet. */
  async ensure(source: DataSource): Promise<Dataset> {
    if (!this.loaded.has(source))
      await this.load(
        source,
        null,
        () => {},
        () => {},
      );
    return this.loaded.get(source)!;
  }

  /** As `EngineApi.loadData`: ends an earlier load of the same source, and no other. */
  async load(
    source: DataSource,
    files: readonly File[] | null,
    onProgress: (p: DataProgress) => void,
    onNote: (note: string) => void,
  ): Promise<DataSummary> {
    this.loading.get(source)?.abort(new Error(LOAD_CANCELLED));
    const controller = new AbortController();
    this.loading.set(source, controller);
    const { signal } = controller;
    try {
      const dataset = await loadDataset(source, {
        files,
        onProgress,
        onNote,
        signal,
        baseUrl: this.baseUrl,
      });
      signal.throwIfAborted();
      this.loaded.set(source, dataset);
      const { provenance, classNames, train, test } = dataset;
      return {
        source,
        provenance,
        classNames,
        trainCount: train.labels.length,
        testCount: test.labels.length,
        perClass: {
          train: imagesPerClass(train.labels, classNames.length),
          test: imagesPerClass(test.labels, classNames.length),
        },
        checksum: contentOf(dataset),
      };
    } finally {
      if (this.loading.get(source) === controller) this.loading.delete(source);
    }
  }

  cancel(): void {
    for (const controller of this.loading.values()) controller.abort(new Error(LOAD_CANCELLED));
  }
}
