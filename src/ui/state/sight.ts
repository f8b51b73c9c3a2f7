/** Whether an element is in sight, or nearly so: one observer for the whole page. */
import { useCallback, useState } from 'react';

/** Reports an element a little before it comes into sight, so that its chart is up to date by then. */
const MARGIN = '150px';

const watched = new Map<Element, (seen: boolean) => void>();
let observer: IntersectionObserver | null = null;

/** Calls `tell` with the present state and at every change. Returns a function that stops it. */
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

/** Ref for the element that is watched. */
export type Place = (element: Element | null) => (() => void) | undefined;

/** Whether the element with the ref `place` is in sight; true until that is known, and without an element. */
export function useSight(): { seen: boolean; place: Place } {
  const [seen, see] = useState(true);
  const place: Place = useCallback((element) => (element ? watchSight(element, see) : undefined), []);
  return { seen, place };
}
