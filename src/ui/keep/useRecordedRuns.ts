/** The list of recorded runs for a component, with a way to load it again after a failure. */
import { useEffect, useState } from 'react';
import { errorMessage, withoutFullStop } from '../../core/error-message.ts';
import { loadIndex, type RecordedEntry } from '../app/recorded.ts';

export interface RecordedRuns {
  readonly entries: readonly RecordedEntry[];
  /** Why the list is missing, without full stop; null while it is loading or loaded. */
  readonly failure: string | null;
  readonly retry: () => void;
}

export function useRecordedRuns(): RecordedRuns {
  const [entries, setEntries] = useState<readonly RecordedEntry[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let alive = true;
    loadIndex().then(
      (list) => alive && setEntries(list),
      (error: unknown) => alive && setFailure(withoutFullStop(errorMessage(error))),
    );
    return () => {
      alive = false;
    };
  }, [attempt]);
  const retry = () => {
    setFailure(null);
    setAttempt(attempt + 1);
  };
  return { entries, failure, retry };
}
