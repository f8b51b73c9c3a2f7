import { setFold } from '../shared/folds.ts';

/**
 * Scrolls to a part of the page and gives it the focus, so that Tab goes on from there. The address stays as it is: it
 * may contain a shared result.
 */
export function goTo(id: string): void {
  const part = document.getElementById(id);
  if (!part) return;
  if (!part.hasAttribute('tabindex')) part.tabIndex = -1;
  part.focus({ preventScroll: true });
  part.scrollIntoView();
}

/** Opens the settings of the next race. */
export function openSettings(): void {
  setFold('experiment', true);
  goTo('experiment');
}
