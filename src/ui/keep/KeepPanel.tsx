import { modelsUnavailable } from '../workbench/models.ts';
import { usePage, workbench } from '../state/store.ts';
import { useFailedModels } from '../state/useFailedModels.ts';
import { isActive } from '../workbench/race-rules.ts';
import { KeepView } from './KeepView.tsx';

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
  return (
    <KeepView
      result={result}
      config={edited}
      liveLabels={live ? config.contestants.flatMap((c) => (failed.has(c.label) ? [] : c.label)) : []}
      weights={workbench.engine.api.weights}
      onOpen={(kind, opened, name) => workbench.open(kind, opened, name)}
      busy={isActive(race)}
    />
  );
}

// Loaded lazily by the page.
export default KeepPanel;
