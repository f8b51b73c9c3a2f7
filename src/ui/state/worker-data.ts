/** Which data the worker has, and the files that a new worker has to be given again. */
import type { ExperimentConfig } from '../../core/settings/config.ts';

type Source = ExperimentConfig['dataset']['source'];
type Files = readonly File[] | null;

export class WorkerData {
  private readonly there = new Set<Source>();
  private readonly files = new Map<Source, Files>();
  private readonly loads = new Map<Source, Promise<boolean>>();

  has(source: Source): boolean {
    return this.there.has(source);
  }

  /** Whether any load is under way. */
  get busy(): boolean {
    return this.loads.size > 0;
  }

  /**
   * Loads with `load`, which resolves to whether it has worked. Without files, a load of this source that is under way is waited for; where
   * there is none, the files that were given last are given again.
   */
  load(source: Source, files: Files, load: (files: Files) => Promise<boolean>): Promise<boolean> {
    const underWay = this.loads.get(source);
    if (underWay && files === null) return underWay;
    const given = files ?? this.files.get(source) ?? null;
    const loading: Promise<boolean> = load(given)
      .then((worked) => {
        if (worked) this.there.add(source);
        if (worked) this.files.set(source, given);
        return worked;
      })
      .finally(() => {
        if (this.loads.get(source) === loading) this.loads.delete(source);
      });
    this.loads.set(source, loading);
    return loading;
  }

  /** The worker is gone, and with it all that it had. The files can be given to the next. */
  workerGone(): void {
    this.there.clear();
  }

  /** The files, too. */
  clear(): void {
    this.there.clear();
    this.files.clear();
  }
}
