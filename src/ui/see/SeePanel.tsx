import { useCallback, useState } from 'react';
import { useSight } from '../state/sight.ts';
import { usePage, workbench } from '../state/store.ts';
import { useFailedModels } from '../state/useFailedModels.ts';
import { useLook } from '../charts/useLook.ts';
import { className } from '../shared/format.ts';
import { modelsUnavailable } from '../workbench/models.ts';
import { SeeView } from './SeeView.tsx';

/** Adversarial examples of the models in the worker. */
export function SeePanel() {
  const race = usePage((s) => s.race);
  const shown = usePage((s) => s.shown);
  const ownRace = usePage((s) => s.ownRace);
  const runId = usePage((s) => s.runId);
  const config = usePage((s) => s.view?.config ?? s.config);
  const classNames = usePage((s) => s.view?.dataset.classNames);
  // During training, a new example every epoch; otherwise, whenever the state or the step changes.
  const weights = usePage((s) =>
    s.race === 'running' || s.race === 'evaluating'
      ? `epoch ${s.progress?.epoch ?? 0}`
      : `${s.race} ${s.progress?.step ?? 0}`,
  );
  const { seen, place } = useSight();
  // Examples delay training: while the viewer is not visible, new ones are computed only if training is paused or over.
  const [asked, ask] = useState(weights);
  if (asked !== weights && (seen || (race !== 'running' && race !== 'evaluating'))) ask(weights);
  const look = useLook();
  const name = useCallback(
    (index: number) => className(index, classNames ?? [], config.dataset.classes),
    [classNames, config],
  );
  return (
    <div ref={place}>
      <SeeView
        unavailable={modelsUnavailable(shown, race, { ownRace })}
        race={runId}
        weights={asked}
        images={config.dataset.testSize}
        eps={config.attack.eps}
        name={name}
        colour={(label) => look(label).colour}
        failed={useFailedModels()}
        attacks={workbench.engine.api.attacks}
        example={workbench.engine.api.example}
        slice={workbench.engine.api.lossSlice}
      />
    </div>
  );
}

// Loaded lazily by the page.
export default SeePanel;
