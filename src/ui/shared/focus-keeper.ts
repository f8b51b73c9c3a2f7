/**
 * Keeps the keyboard focus near its place. When the element that has the focus leaves the page (Train becomes Pause, a
 * contestant is removed), browsers give the focus to the body, and the next Tab starts at the top. Here it goes to a
 * control near by: to one that has just appeared, else to the one that followed, else to the one before.
 */

const CONTROLS =
  'button, a[href], input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"])';

/** Dialogs and menus give the focus back to where it was, after a short while. */
const LAYER_MS = 150;

const isUsable = (element: HTMLElement): boolean =>
  element.tabIndex >= 0 && !element.matches(':disabled') && element.getClientRects().length > 0;

const controlsIn = (element: Element): HTMLElement[] =>
  [...element.querySelectorAll<HTMLElement>(CONTROLS)].filter(isUsable);

interface Place {
  readonly element: Element;
  /** From the parent outwards, without the body. */
  readonly ancestors: readonly Element[];
  /** All of the page when the focus came here, in order. */
  readonly controls: readonly HTMLElement[];
}

function placeOf(element: Element): Place {
  const ancestors: Element[] = [];
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) ancestors.push(at);
  return { element, ancestors, controls: controlsIn(document.body) };
}

/** Where the focus goes when `place.element` is gone; null where nothing near it is left. */
function successor({ element, ancestors, controls }: Place): HTMLElement | null {
  const known = new Set<Element>(controls);
  const at = controls.indexOf(element as HTMLElement);
  for (const ancestor of ancestors.filter((a) => a.isConnected)) {
    const now = controlsIn(ancestor);
    const fresh = now.find((control) => !known.has(control));
    if (fresh) return fresh;
    const here = new Set<Element>(now);
    const after = controls.slice(at + 1).find((control) => here.has(control));
    const before = controls.slice(0, Math.max(0, at)).findLast((control) => here.has(control));
    const next = after ?? before;
    if (next) return next;
  }
  return null;
}

/** Call once. The function returned stops it. */
export function keepFocus(): () => void {
  let place: Place | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isLost = () => document.activeElement === null || document.activeElement === document.body;
  const mend = () => {
    if (place && isLost() && !place.element.isConnected) successor(place)?.focus({ preventScroll: true });
  };
  const onFocus = (event: FocusEvent) => {
    clearTimeout(timer);
    place = event.target instanceof Element ? placeOf(event.target) : null;
  };
  // The visitor clicked beside every control: nothing is to be kept.
  const onPointer = (event: PointerEvent) => {
    if (event.target instanceof Element && !event.target.closest(CONTROLS) && isLost()) place = null;
  };
  const observer = new MutationObserver(() => {
    if (!place || place.element.isConnected || !isLost()) return;
    clearTimeout(timer);
    if (place.ancestors.some((a) => a.id === 'root' && a.isConnected)) mend();
    else timer = setTimeout(mend, LAYER_MS);
  });
  document.addEventListener('focusin', onFocus);
  document.addEventListener('pointerup', onPointer);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    clearTimeout(timer);
    observer.disconnect();
    document.removeEventListener('focusin', onFocus);
    document.removeEventListener('pointerup', onPointer);
  };
}
