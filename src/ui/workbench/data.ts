/** The data loaded in the worker, and the files that a new worker must be given again. */
import { errorMessage } from '../../core/error-message.ts';
import { LOAD_CANCELLED, type DataProgress } from '../../worker/api.ts';
import type { Source } from './bench-state.ts';
import type { Parts } from './parts.ts';

type Files = readonly File[] | null;

interface Load {
  readonly files: Files;
  /** Resolves to whether the load succeeded; never rejects. */
  done: Promise<boolean>;
}

/** Least milliseconds between two updates of a load's progress on the page. */
const RENEW_MS = 250;
const BEGUN: DataProgress = { phase: 'Starting', loadedBytes: 0, totalBytes: null };

export class Data {
  private readonly there = new Set<Source>();
  /** The files given last for each source. */
  private readonly files = new Map<Source, Files>();
  /** The loads under way, one per source: a later load replaces an earlier one. */
  private readonly loads = new Map<Source, Load>();

  constructor(private readonly parts: Pick<Parts, 'board' | 'engine' | 'clock'>) {}

  /** Whether the worker has the data of `source`. */
  has(source: Source): boolean {
    return this.there.has(source);
  }

  /**
   * Loads `source`; resolves to whether that succeeded. Without files, it waits for a load of this source that is under
   * way, or else loads the files that were given last.
   */
  load(source: Source, files: Files = null): Promise<boolean> {
    const underWay = this.loads.get(source);
    if (underWay && files === null) return underWay.done;
    const load: Load = { files: files ?? this.files.get(source) ?? null, done: Promise.resolve(false) };
    this.loads.set(source, load);
    load.done = this.ask(source, load);
    return load.done;
  }

  private async ask(source: Source, load: Load): Promise<boolean> {
    const { board, engine, clock } = this.parts;
    const counts = () => this.loads.get(source) === load;
    const note = (text: string) => {
      if (counts()) board.setState({ dataNotes: [...board.getState().dataNotes, text] });
    };
    board.setState({ dataError: null, dataNotes: [], dataProgress: BEGUN });
    let told = -Infinity;
    const onProgress = (progress: DataProgress) => {
      if (!counts() || clock.now() - told < RENEW_MS) return;
      told = clock.now();
      board.setState({ dataProgress: progress });
    };
    let worked = false;
    try {
      const summary = await engine.api.loadData(source, load.files, onProgress, note);
      if (!counts()) return this.loads.get(source)?.done ?? false;
      worked = true;
      this.there.add(source);
      this.files.set(source, load.files);
      board.setState({ data: { ...board.getState().data, [source]: summary } });
    } catch (error) {
      if (!counts()) return this.loads.get(source)?.done ?? false;
      const why = errorMessage(error);
      if (why === LOAD_CANCELLED) note('Loading was cancelled: what was loaded before is still there.');
      else board.setState({ dataError: why });
    }
    this.loads.delete(source);
    board.setState({ dataProgress: null });
    return worked;
  }

  cancel(): void {
    // Ignore a rejection: if the worker dies, the workbench's `recover` reports it.
    this.parts.engine.api.cancelLoad().catch(() => {});
  }

  /** Removes `source` from the loaded data, after it could not be loaded again; the page then offers ways to get it. */
  withdraw(source: Source): void {
    const { [source]: _, ...data } = this.parts.board.getState().data;
    this.parts.board.setState({ data });
  }

  /**
   * Called when the worker has ended and its data are lost. Keeps the files, also those of a load under way, so that
   * the next worker can be given them.
   */
  workerGone(why: string): void {
    if (this.loads.size > 0) this.parts.board.setState({ dataProgress: null, dataError: why });
    for (const [source, { files }] of this.loads) if (files) this.files.set(source, files);
    this.loads.clear();
    this.there.clear();
  }

  /** Forgets loads, loaded data and files. */
  clear(): void {
    this.loads.clear();
    this.there.clear();
    this.files.clear();
  }
}
