import { useEffect, useRef, useState } from 'react';
import { LatestAnswer, UNASKED, type Latest } from './latest-answer.ts';

/**
 * The latest answer of `ask`, called as in `LatestAnswer` whenever `key` has changed and then stayed the same for
 * `delay` milliseconds. With a null key, nothing is asked.
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
