import { useCallback, useEffect, useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import type { SavedRun } from './record.ts';
import { runStore, type RunList, type RunStore } from './runs.ts';

export interface SavedRunsState extends RunList {
  /** One sentence if the saved runs could not be read, else null. */
  readonly error: string | null;
  readonly loading: boolean;
}

const EMPTY: SavedRunsState = { runs: [], damaged: [], error: null, loading: true };

/** Whether two objects are the same run. The id is a hash of the result, so only name and date can differ besides. */
const sameRun = (a: SavedRun, b: SavedRun): boolean =>
  a.id === b.id && a.name === b.name && a.createdAt === b.createdAt;

/**
 * `runs`, with the objects of `before` for runs that have not changed. The store creates new objects at every reading,
 * and React also keeps the previous list: without this, every saved run would be in memory twice.
 */
export function reuseRuns(before: readonly SavedRun[], runs: readonly SavedRun[]): readonly SavedRun[] {
  const known = new Map(before.map((run) => [run.id, run]));
  return runs.map((run) => {
    const old = known.get(run.id);
    return old && sameRun(old, run) ? old : run;
  });
}

/** The list of saved runs. It is read again after changes by this page, and when the window gets the focus. */
export function useSavedRuns(store: RunStore = runStore): SavedRunsState {
  const [state, setState] = useState<SavedRunsState>(EMPTY);
  const refresh = useCallback(() => {
    let alive = true;
    store.list().then(
      ({ runs, damaged }) =>
        alive && setState((s) => ({ runs: reuseRuns(s.runs, runs), damaged, error: null, loading: false })),
      (e: unknown) => alive && setState((s) => ({ ...s, error: errorMessage(e), loading: false })),
    );
    return () => {
      alive = false;
    };
  }, [store]);
  useEffect(() => {
    const cancel = refresh();
    const unsubscribe = store.subscribe(() => void refresh());
    const onFocus = () => void refresh();
    window.addEventListener('focus', onFocus);
    return () => {
      cancel();
      unsubscribe();
      window.removeEventListener('focus', onFocus);
    };
  }, [refresh, store]);
  return state;
}
