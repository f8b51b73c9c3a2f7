import { useShallow } from 'zustand/react/shallow';
import { usePage } from './store.ts';
import { failedModels } from '../workbench/models.ts';

const NONE: ReadonlyMap<string, string> = new Map();

/** Contestants without a model and the reason, by label; empty unless the visit's own race is shown. */
export const useFailedModels = (): ReadonlyMap<string, string> =>
  usePage(useShallow((s) => (s.shown === 'live' && s.view ? failedModels(s.view.runs) : NONE)));
