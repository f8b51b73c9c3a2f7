import { useMemo } from 'react';
import { modelsUnavailable } from '../workbench/models.ts';
import { usePage, workbench } from '../state/store.ts';
import { useFailedModels } from '../state/useFailedModels.ts';
import { isActive } from '../workbench/race-rules.ts';
import { KeepView, type KeepViewProps } from './KeepView.tsx';

// The same functions at each rendering, so that the parts of the section are rendered only when their data changes.
const weights: KeepViewProps['weights'] = (label) => workbench.engine.api.weights(label);
const open: KeepViewProps['onOpen'] = (kind, opened, name) => workbench.open(kind, opened, name);

/** Recorded and saved runs, export, command lines and sharing. */
export function KeepPanel() {
  const race = usePage((s) => s.race);
  const shown = usePage((s) => s.shown);
  const edited = usePage((s) => s.config);
  // A race that is running has no result yet.
  const result = usePage((s) => (s.shown === 'live' && isActive(s.race) ? null : s.view));
  const config = usePage((s) => s.view?.config ?? s.config);
  const live = modelsUnavailable(shown, race) === null;
  const failed = useFailedModels();
  const { contestants } = config;
  const liveLabels = useMemo(
    () => (live ? contestants.flatMap((c) => (failed.has(c.label) ? [] : c.label)) : []),
    [live, contestants, failed],
  );
  return (
    <KeepView
      result={result}
      config={edited}
      liveLabels={liveLabels}
      weights={weights}
      onOpen={open}
      busy={isActive(race)}
    />
  );
}

// Loaded lazily by the page.
export default KeepPanel;
