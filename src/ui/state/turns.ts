/**
 * Drawing in turn: while a race runs, its charts get new data a few times a second, and together they would hold the page's main
 * thread for longer than a visitor's click should wait. Each takes its data in a task of its own instead, one chart per frame.
 */
import { useEffect, useRef, useState } from 'react';

/** A frame is waited for this long: hidden tabs draw none. */
const NO_FRAME_MS = 250;

const waiting: (() => void)[] = [];
let scheduled = false;

/** Calls back in a task of its own, once the frame that is being drawn is done. */
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
    scheduled = false;
    const turn = waiting.shift();
    schedule();
    turn?.();
  });
}

/** Calls `turn` in a task of its own after those that asked before. The function returned takes it back. */
export function inTurn(turn: () => void): () => void {
  waiting.push(turn);
  schedule();
  return () => {
    const at = waiting.indexOf(turn);
    if (at >= 0) waiting.splice(at, 1);
  };
}

/**
 * `value` as of this component's last turn; null before its first. A value that is the `same` as the one shown asks for no turn,
 * and one that changes while it waits keeps its place.
 */
export function useInTurn<T>(value: T, same: (a: T, b: T) => boolean): T | null {
  const [taken, take] = useState<T | null>(null);
  const latest = useRef(value);
  const takeBack = useRef<(() => void) | null>(null);
  useEffect(() => {
    latest.current = value;
    if (takeBack.current || (taken !== null && same(taken, value))) return;
    takeBack.current = inTurn(() => {
      takeBack.current = null;
      take(latest.current);
    });
  });
  useEffect(
    () => () => {
      takeBack.current?.();
      takeBack.current = null;
    },
    [],
  );
  return taken;
}
