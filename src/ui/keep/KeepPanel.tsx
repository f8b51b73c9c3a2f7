import { modelsUnavailable } from '../see/models.ts';
import { engine, isActive, usePage } from '../state/store.ts';
import { KeepView } from './KeepView.tsx';

/** Saved runs, export, command lines and sharing. */
export function KeepPanel() {
  const race = usePage((s) => s.race);
  const shown = usePage((s) => s.shown);
  const edited = usePage((s) => s.config);
  // A race under way is not a result yet.
  const result = usePage((s) => (s.shown === 'live' && isActive(s.race) ? null : s.view));
  const config = usePage((s) => s.view?.config ?? s.config);
  const open = usePage((s) => s.open);
  const live = modelsUnavailable(shown, race) === null;
  return (
    <KeepView
      result={result}
      config={edited}
      liveLabels={live ? config.contestants.map((c) => c.label) : []}
      weights={engine.api.weights}
      onOpen={(opened, name) => open('saved', opened, name)}
      busy={isActive(race)}
    />
  );
}

// Loaded lazily by the page.
export default KeepPanel;
