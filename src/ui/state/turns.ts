/**
 * Drawing in turn: while a race runs, its charts get new data a few times a second, and together they would hold the page's main
 * thread for longer than a visitor's click should wait. Each takes its data in a task of its own instead, one chart at a time, and
 * one that is out of sight only now and then.
 */
import { startTransition, useEffect, useRef, useState } from 'react';
import { useSight, type Place } from './sight.ts';

/** A frame is waited for this long: hidden tabs draw none. */
const NO_FRAME_MS = 250;
/** Between two turns: what one of them set off is drawn, and the page has time for its visitor. */
const BETWEEN_MS = 60;
/** How old what is out of sight may become: an export or a screen reader finds it there too. */
const OUT_OF_SIGHT_MS = 4000;

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
    const turn = waiting.shift();
    setTimeout(() => {
      scheduled = false;
      schedule();
    }, BETWEEN_MS);
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

/** As `inTurn`, but not before `ms` have passed. */
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
 * `shown`: `value` as of this component's last turn; null before its first. A value that is the `same` as the one shown asks for no
 * turn, and one that changes while it waits keeps its place. `place`: ref for the element whose being in sight decides how soon a
 * turn comes; without one, it is taken to be in sight.
 */
export function useInTurn<T>(value: T, same: (a: T, b: T) => boolean): { shown: T | null; place: Place } {
  const [taken, take] = useState<T | null>(null);
  const { seen, place } = useSight();
  const latest = useRef(value);
  const asked = useRef<{ readonly soon: boolean; readonly takeBack: () => void } | null>(null);
  useEffect(() => {
    latest.current = value;
    // What has never been drawn leaves a hole in the page.
    const soon = seen || taken === null;
    if (asked.current?.soon || (asked.current && !soon)) return;
    if (taken !== null && same(taken, value)) return;
    asked.current?.takeBack();
    const turn = () => {
      asked.current = null;
      startTransition(() => take(latest.current));
    };
    asked.current = { soon, takeBack: soon ? inTurn(turn) : inTurnAfter(OUT_OF_SIGHT_MS, turn) };
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
