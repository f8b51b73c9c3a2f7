import { useEffect, useRef, useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';

export interface Latest<T> {
  /** The last answer; stays while a new one is computed, so that nothing flickers. */
  readonly value: T | null;
  readonly error: string | null;
  readonly busy: boolean;
}

/**
 * Asks whenever `key` changes (and is not null), at most one question at a time: while one is out, only the newest later
 * question is kept. Answers to questions that are no longer wanted are dropped.
 */
export function useLatest<T>(key: string | null, ask: () => Promise<T>, delay = 200): Latest<T> {
  const [state, setState] = useState<Latest<T>>({ value: null, error: null, busy: false });
  const running = useRef(false);
  const wanted = useRef<{ key: string; ask: () => Promise<T> } | null>(null);
  const latestAsk = useRef(ask);
  useEffect(() => {
    latestAsk.current = ask;
  });

  useEffect(() => {
    if (key === null) {
      wanted.current = null;
      return;
    }
    let alive = true;
    const pump = async () => {
      if (running.current) return;
      running.current = true;
      try {
        while (wanted.current) {
          const question = wanted.current;
          setState((s) => ({ ...s, busy: true }));
          const next = await question.ask().then(
            (value) => ({ value, error: null }),
            (error: unknown) => ({ error: errorMessage(error) }),
          );
          if (wanted.current === question) {
            wanted.current = null;
            setState((s) => ({ ...s, ...next, busy: false }));
          } else if (wanted.current === null) setState((s) => ({ ...s, busy: false }));
        }
      } finally {
        running.current = false;
      }
    };
    const timer = setTimeout(() => {
      if (!alive) return;
      wanted.current = { key, ask: () => latestAsk.current() };
      void pump();
    }, delay);
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [key, delay]);

  return state;
}
