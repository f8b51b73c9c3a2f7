import { useEffect, useRef, useState } from 'react';
import { LatestAnswer, UNASKED, type Latest } from './latest-answer.ts';

/**
 * Asks whenever `key` changes (and is not null), as `LatestAnswer` does. `delay`: milliseconds for which the key must
 * stay.
 */
export function useLatest<T>(key: string | null, ask: () => Promise<T>, delay = 200): Latest<T> {
  const [state, show] = useState<Latest<T>>(UNASKED);
  const [latest] = useState(() => new LatestAnswer<T>(show));
  const currentAsk = useRef(ask);
  useEffect(() => {
    currentAsk.current = ask;
  });
  useEffect(() => {
    if (key === null) return latest.wantNothing();
    latest.want(() => currentAsk.current(), delay);
    return () => latest.cancelWaiting();
  }, [key, delay, latest]);
  return state;
}
