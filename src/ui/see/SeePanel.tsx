import { useCallback } from 'react';
import { engine, usePage } from '../state/store.ts';
import { useColour } from '../state/useColour.ts';
import { className } from './format.ts';
import { modelsUnavailable } from './models.ts';
import { SeeView } from './SeeView.tsx';

/** Adversarial examples of the models in the worker. */
export function SeePanel() {
  const race = usePage((s) => s.race);
  const shown = usePage((s) => s.shown);
  const runId = usePage((s) => s.runId);
  const config = usePage((s) => s.view?.config ?? s.config);
  const classNames = usePage((s) => s.view?.dataset.classNames);
  // While training, a fresh example per epoch; while it rests, one per state and step.
  const weights = usePage((s) =>
    s.race === 'running' || s.race === 'evaluating'
      ? `epoch ${s.progress?.epoch ?? 0}`
      : `${s.race} ${s.progress?.step ?? 0}`,
  );
  const colour = useColour();
  const name = useCallback(
    (index: number) => className(index, classNames ?? [], config.dataset.classes),
    [classNames, config],
  );
  return (
    <SeeView
      unavailable={modelsUnavailable(shown, race)}
      race={runId}
      weights={weights}
      images={config.dataset.testSize}
      eps={config.attack.eps}
      name={name}
      colour={colour}
      attacks={engine.api.attacks}
      example={engine.api.example}
      slice={engine.api.lossSlice}
    />
  );
}

// Loaded lazily by the page.
export default SeePanel;
