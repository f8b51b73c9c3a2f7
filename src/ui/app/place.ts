/** The part of the page in view, and the way back to it after a reload. */
import type { PlaceInView } from '../state/visit.ts';

/** The share of the window's height at which the part being read is looked for. */
const READING_LINE = 0.3;
/** Milliseconds after which the page's parts are taken to have their final height. */
const SETTLED_MS = 10_000;
/** What a visitor does to move through the page. */
const MOVES = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

/** The part among `ids` that is being read; null while the page's top is in view. */
export function placeInView(ids: readonly string[]): PlaceInView | null {
  if (window.scrollY === 0) return null;
  const line = READING_LINE * window.innerHeight;
  const tops = ids.flatMap((id) => {
    const top = document.getElementById(id)?.getBoundingClientRect().top;
    return top !== undefined && top <= line ? [{ id, offset: Math.round(top) }] : [];
  });
  return tops.reduce<PlaceInView | null>(
    (last, place) => (last === null || place.offset > last.offset ? place : last),
    null,
  );
}

/**
 * Scrolls back to `place`, and again whenever a part above it gets its content, until the visitor moves or the page has
 * settled. Returns a function that ends it.
 */
export function returnTo({ id, offset }: PlaceInView): () => void {
  const part = document.getElementById(id);
  if (!part) return () => {};
  const scroll = () => {
    const off = part.getBoundingClientRect().top - offset;
    if (Math.abs(off) > 1) window.scrollBy({ top: off, behavior: 'instant' });
  };
  const heights = new ResizeObserver(scroll);
  const timer = setTimeout(end, SETTLED_MS);
  function end(): void {
    clearTimeout(timer);
    heights.disconnect();
    for (const move of MOVES) window.removeEventListener(move, end);
  }
  for (const move of MOVES) window.addEventListener(move, end, { passive: true, once: true });
  heights.observe(document.body);
  scroll();
  return end;
}
