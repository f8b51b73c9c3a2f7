/**
 * Keeps the keyboard focus near its place. When the element that has the focus leaves the page (Train becomes Pause, a
 * contestant is removed), browsers give the focus to the body, and the next Tab starts at the top. Here it goes to a
 * control nearby: to one that has just appeared, else to the next control, else to the previous one.
 */

const CONTROLS =
  'button, a[href], input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"])';

/** Wait in ms for dialogs and menus, which give the focus back themselves. */
const LAYER_MS = 150;

const isUsable = (element: HTMLElement): boolean =>
  element.tabIndex >= 0 && !element.matches(':disabled') && element.getClientRects().length > 0;

const controlsIn = (element: Element): HTMLElement[] =>
  [...element.querySelectorAll<HTMLElement>(CONTROLS)].filter(isUsable);

interface Place {
  readonly element: Element;
  /** From the parent outwards, without the body. */
  readonly ancestors: readonly Element[];
  /** All controls of the page when the focus came here, in document order. */
  readonly controls: readonly HTMLElement[];
}

function placeOf(element: Element): Place {
  const ancestors: Element[] = [];
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) ancestors.push(at);
  return { element, ancestors, controls: controlsIn(document.body) };
}

/** The control that gets the focus when `place.element` is gone; null if none near it is left. */
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
  /** The last place outside dialogs, menus and messages, for when these close and have nothing to give it back to. */
  let home: Place | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isLost = () => document.activeElement === null || document.activeElement === document.body;
  const mend = () => {
    if (!place || !isLost() || place.element.isConnected) return;
    const back = home?.element.isConnected ? (home.element as HTMLElement) : home && successor(home);
    (successor(place) ?? back)?.focus({ preventScroll: true });
  };
  const onFocus = (event: FocusEvent) => {
    clearTimeout(timer);
    place = event.target instanceof Element ? placeOf(event.target) : null;
    if (place?.ancestors.some((a) => a.id === 'root')) home = place;
  };
  // The visitor clicked outside all controls, so that no focus is to be kept.
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
