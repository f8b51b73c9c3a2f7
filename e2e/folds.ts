/** The page with every part unfolded, as a visitor's browser remembers it: the tests look at all of it. */
import { FOLDS, FOLDS_KEY } from '../src/ui/shared/folds.ts';

const ALL = JSON.stringify(Object.fromEntries(FOLDS.map((id) => [id, true])));

/** An entry of localStorage. */
export const UNFOLDED = { name: FOLDS_KEY, value: ALL };

/** Storage of a browser that has never been on the page, which therefore shows its parts folded. */
export const FIRST_VISIT = { cookies: [], origins: [] };
