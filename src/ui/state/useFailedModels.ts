import { useShallow } from 'zustand/react/shallow';
import { usePage } from './store.ts';
import { failedModels } from '../workbench/models.ts';

const NONE: ReadonlyMap<string, string> = new Map();

/** Contestants of the visit's own race, while it is shown, that have no model, and why. */
export const useFailedModels = (): ReadonlyMap<string, string> =>
  usePage(useShallow((s) => (s.shown === 'live' && s.view ? failedModels(s.view.runs) : NONE)));
