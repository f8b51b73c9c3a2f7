import { useCallback } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { byContestant } from '../../core/result/spread.ts';
import { usePage } from '../state/store.ts';
import { stylesOf, type Identity } from './identity.ts';
import { NO_CONTESTANT, type ContestantStyle } from './styles.ts';

/** Gives the style of a contestant of the race shown, by its label: the same style as in charts and tables. */
export function useLook(): (label: string) => ContestantStyle {
  // Selects no figures: those of a running race change twice a second, and each change would render again.
  const flat = usePage(
    useShallow((s) => byContestant(s.view?.runs ?? []).flatMap((c) => [c.label, c.method, c.switches])),
  );
  return useCallback(
    (label) => {
      const labels = flat.filter((_, i) => i % 3 === 0);
      const identities = labels.map(
        (_, i) => ({ method: flat[3 * i + 1], switches: flat[3 * i + 2] }) as Identity,
      );
      return stylesOf(identities)[labels.indexOf(label)] ?? NO_CONTESTANT;
    },
    [flat],
  );
}
