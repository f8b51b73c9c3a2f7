import { useCallback } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { byContestant } from '../../core/result/spread.ts';
import { usePage } from '../state/store.ts';
import { stylesOf, type Identity } from './identity.ts';
import { openedStyle, type ContestantStyle } from './styles.ts';

/**
 * Gives the style of a contestant of the race shown, by its label: the same style as in charts and tables. An opened
 * model has one of its own.
 */
export function useLook(): (label: string) => ContestantStyle {
  // Selects no figures: those of a running race change every second, and each change would render again.
  const flat = usePage(
    useShallow((s) =>
      byContestant(s.view?.runs ?? []).flatMap((c) => [c.label, c.method, c.switches, c.style]),
    ),
  );
  const opened = usePage(useShallow((s) => s.opened.map((m) => m.label)));
  return useCallback(
    (label) => {
      const labels = flat.filter((_, i) => i % 4 === 0);
      const identities = labels.map(
        (_, i) =>
          ({ method: flat[4 * i + 1], switches: flat[4 * i + 2], style: flat[4 * i + 3] }) as Identity,
      );
      const own = stylesOf(identities)[labels.indexOf(label)];
      return own ?? openedStyle(opened.indexOf(label));
    },
    [flat, opened],
  );
}
