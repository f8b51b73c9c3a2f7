/** Loads the whole results of the ticked runs, since the list has summaries only. */
import { useEffect, useMemo, useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import { loadRecorded } from '../app/recorded.ts';
import type { RunStore } from '../storage/runs.ts';
import type { ComparedRun } from './overlay.ts';

/** A ticked run: the id of a saved one, or the file of a recorded one. */
export interface Tick {
  readonly id: string;
  readonly name: string;
}

export interface Compared {
  /** The loaded ones in the order of the ticks; the same array while nothing has changed. */
  readonly runs: readonly ComparedRun[];
  /** Why one of them is missing; null if none is. */
  readonly error: string | null;
}

type Loaded = Readonly<Record<string, ComparedRun['result'] | Error>>;

const pick = (all: Loaded, ids: readonly string[]): Loaded =>
  Object.fromEntries(ids.flatMap((id) => (all[id] ? [[id, all[id]] as const] : [])));

async function load(id: string, store: RunStore): Promise<ComparedRun['result']> {
  // The ids of saved runs are digits.
  return id.endsWith('.json') ? loadRecorded(id) : (await store.read(id)).result;
}

/** `ticks` may be a new array at every call. A run that was unticked is forgotten. */
export function useCompared(ticks: readonly Tick[], store: RunStore): Compared {
  const [loaded, setLoaded] = useState<Loaded>({});
  const key = JSON.stringify(ticks.map(({ id, name }) => [id, name]));
  useEffect(() => {
    let alive = true;
    const ids = (JSON.parse(key) as [string, string][]).map(([id]) => id);
    const put = (id: string, of: ComparedRun['result'] | Error) =>
      alive && setLoaded((all) => ({ ...pick(all, ids), [id]: of }));
    // With no run ticked, the results must not stay in memory.
    if (ids.length === 0) void Promise.resolve().then(() => alive && setLoaded({}));
    for (const id of ids)
      load(id, store).then(
        (result) => put(id, result),
        (error: unknown) => put(id, new Error(errorMessage(error))),
      );
    return () => {
      alive = false;
    };
  }, [key, store]);
  return useMemo(() => {
    const names = JSON.parse(key) as [string, string][];
    const errors = names.flatMap(([id]) => (loaded[id] instanceof Error ? [loaded[id]] : []));
    const runs = names.flatMap(([id, name]): ComparedRun[] => {
      const result = loaded[id];
      return result && !(result instanceof Error) ? [{ id, name, result }] : [];
    });
    return { runs, error: errors[0]?.message ?? null };
  }, [key, loaded]);
}
