import { useCallback } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { byContestant } from '../../core/result/spread.ts';
import { styleOf } from '../theme/theme.ts';
import { usePage } from './store.ts';

/** Colour of a contestant by its label, the same in every chart and table. */
export function useColour(): (label: string) => string {
  // Labels only: the figures of a race that runs change four times a second.
  const labels = usePage(useShallow((s) => byContestant(s.view?.runs ?? []).map((c) => c.label)));
  return useCallback((label) => styleOf(labels.indexOf(label)).colour, [labels]);
}
