/**
 * Charts are drawn in turn. While a race runs, all of them get new data at the same time. Drawn together, they would
 * keep the main thread busy in one long task, and clicks would wait. Here each chart takes its data in a task of its
 * own, and a chart out of sight only every few seconds.
 */
import { startTransition, useEffect, useRef, useState } from 'react';
import { useSight, type Place } from './sight.ts';

/** Milliseconds to wait for a frame, because a hidden tab draws none. */
const NO_FRAME_MS = 250;
/** Milliseconds between two turns, in which the browser paints and handles clicks. */
const BETWEEN_MS = 60;
/** Milliseconds between two drawings of something out of sight, which exports and screen readers still read. */
const OUT_OF_SIGHT_MS = 4000;

const waiting: (() => void)[] = [];
let scheduled = false;

/** Calls `callback` in a task of its own after the next frame, or after `NO_FRAME_MS` if there is none. */
function afterFrame(callback: () => void): void {
  let called = false;
  const once = (): void => {
    if (called) return;
    called = true;
    callback();
  };
  if (typeof requestAnimationFrame !== 'undefined') requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, NO_FRAME_MS);
}

function schedule(): void {
  if (scheduled || waiting.length === 0) return;
  scheduled = true;
  afterFrame(() => {
    const turn = waiting.shift();
    setTimeout(() => {
      scheduled = false;
      schedule();
    }, BETWEEN_MS);
    turn?.();
  });
}

/**
 * Queues `turn`. Turns run in the order of queueing, each in a task of its own. Returns a function that removes `turn`
 * from the queue.
 */
export function inTurn(turn: () => void): () => void {
  waiting.push(turn);
  schedule();
  return () => {
    const at = waiting.indexOf(turn);
    if (at >= 0) waiting.splice(at, 1);
  };
}

/** Queues `turn` after `ms` milliseconds. Returns a function that cancels it. */
function inTurnAfter(ms: number, turn: () => void): () => void {
  let takeBack = () => {};
  const timer = setTimeout(() => {
    takeBack = inTurn(turn);
  }, ms);
  return () => {
    clearTimeout(timer);
    takeBack();
  };
}

/**
 * `value`, updated in turn with other charts. `shown` is the value at this component's last turn, null before the
 * first; a value that is the `same` as `shown` queues no turn. `place` is the ref of the component's element: while
 * that is out of sight, it waits `outOfSightMs` for its turn.
 */
export function useInTurn<T>(
  value: T,
  same: (a: T, b: T) => boolean,
  outOfSightMs = OUT_OF_SIGHT_MS,
): { shown: T | null; place: Place } {
  const [taken, take] = useState<T | null>(null);
  const { seen, place } = useSight();
  const latest = useRef(value);
  const asked = useRef<{ readonly soon: boolean; readonly takeBack: () => void } | null>(null);
  useEffect(() => {
    latest.current = value;
    // Draw the first value at once, even out of sight: until then the page has a gap.
    const soon = seen || taken === null || outOfSightMs === 0;
    if (asked.current?.soon || (asked.current && !soon)) return;
    if (taken !== null && same(taken, value)) return;
    asked.current?.takeBack();
    const turn = () => {
      asked.current = null;
      startTransition(() => take(latest.current));
    };
    asked.current = { soon, takeBack: soon ? inTurn(turn) : inTurnAfter(outOfSightMs, turn) };
  });
  useEffect(
    () => () => {
      asked.current?.takeBack();
      asked.current = null;
    },
    [],
  );
  return { shown: taken, place };
}
