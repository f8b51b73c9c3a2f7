import { useCallback } from 'react';
import { byContestant } from '../../core/spread.ts';
import { styleOf } from '../theme/theme.ts';
import { usePage } from './store.ts';

/** Colour of a contestant by its label, the same in every chart and table. */
export function useColour(): (label: string) => string {
  const view = usePage((s) => s.view);
  return useCallback(
    (label) => styleOf(byContestant(view?.runs ?? []).findIndex((c) => c.label === label)).colour,
    [view],
  );
}
