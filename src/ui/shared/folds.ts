/** Which folded parts of the page are open, remembered in this browser: a reload comes back to the same page. */
import { create } from 'zustand';

/** Every folded part, by id. */
export const FOLDS = [
  'experiment',
  'origin',
  'race-table',
  'paper-points',
  'why-conflict',
  'why-features',
  'why-bn',
  'why-tables',
  'see-controls',
  'judge-controls',
  'run-words',
  'recorded-runs',
  'opened-models',
  'command-lines',
  'method',
] as const;
export type FoldId = (typeof FOLDS)[number];

/** Key in localStorage; the value is JSON, an object of booleans by id. */
export const FOLDS_KEY = 'arat-folds';

type Opened = Readonly<Partial<Record<FoldId, boolean>>>;

/** What an earlier visit left open. Without storage, or with a damaged entry, nothing. */
function remembered(): Opened {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(FOLDS_KEY) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const known = Object.entries(stored).filter(
      ([id, open]) => (FOLDS as readonly string[]).includes(id) && typeof open === 'boolean',
    );
    return Object.fromEntries(known) as Opened;
  } catch {
    return {};
  }
}

export const useFolds = create<Opened>(() => remembered());

export function setFold(id: FoldId, open: boolean): void {
  useFolds.setState({ [id]: open });
  try {
    localStorage.setItem(FOLDS_KEY, JSON.stringify(useFolds.getState()));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
