/** Whether an element is in or near the visible part of the page, from one observer for all elements. */
import { useCallback, useState } from 'react';

/** An element this close to the visible part counts as in sight, so that its chart is up to date when it appears. */
const MARGIN = '150px';

const watched = new Map<Element, (seen: boolean) => void>();
let observer: IntersectionObserver | null = null;

/**
 * Calls `tell` with the state of `element` soon after this call and at every change; never without
 * IntersectionObserver. Returns a function that stops the calls.
 */
function watchSight(element: Element, tell: (seen: boolean) => void): () => void {
  if (typeof IntersectionObserver === 'undefined') return () => {};
  observer ??= new IntersectionObserver(
    (entries) => entries.forEach((e) => watched.get(e.target)?.(e.isIntersecting)),
    { rootMargin: MARGIN },
  );
  watched.set(element, tell);
  observer.observe(element);
  return () => {
    watched.delete(element);
    observer?.unobserve(element);
  };
}

/** A ref callback for the watched element. */
export type Place = (element: Element | null) => (() => void) | undefined;

/** `seen`: whether the element with the ref `place` is in sight; true until known, and without an element. */
export function useSight(): { seen: boolean; place: Place } {
  const [seen, see] = useState(true);
  const place: Place = useCallback((element) => (element ? watchSight(element, see) : undefined), []);
  return { seen, place };
}
