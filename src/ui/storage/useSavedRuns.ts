import { useCallback, useEffect, useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import { runStore, type RunList, type RunStore } from './runs.ts';

export interface SavedRunsState extends RunList {
  /** One sentence where the browser refuses to keep runs. */
  readonly error: string | null;
  readonly loading: boolean;
}

const EMPTY: SavedRunsState = { runs: [], damaged: [], error: null, loading: true };

/** The list of saved runs, kept up to date with this page's changes and, on return to the tab, with other tabs'. */
export function useSavedRuns(store: RunStore = runStore): SavedRunsState {
  const [state, setState] = useState<SavedRunsState>(EMPTY);
  const refresh = useCallback(() => {
    let alive = true;
    store.list().then(
      (list) => alive && setState({ ...list, error: null, loading: false }),
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
