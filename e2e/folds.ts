/** The browser storage of a visitor who has opened every fold, so that tests see the whole page. */
import { FOLDS, FOLDS_KEY } from '../src/ui/shared/folds.ts';

const ALL = JSON.stringify(Object.fromEntries(FOLDS.map((id) => [id, true])));

/** An entry of localStorage. */
export const UNFOLDED = { name: FOLDS_KEY, value: ALL };

/** Empty storage, as at a first visit: every fold is closed. */
export const FIRST_VISIT = { cookies: [], origins: [] };
