import { useEffect, useState } from 'react';
import { modelsUnavailable } from '../see/models.ts';
import { engine, usePage } from '../state/store.ts';
import { useColour } from '../state/useColour.ts';
import { JudgeView, type JudgeOptions } from './JudgeView.tsx';
import { useRobustness } from './useRobustness.ts';

const api = () => engine.api;

/** The robustness report of the models in the worker. */
export function JudgePanel() {
  const race = usePage((s) => s.race);
  const shown = usePage((s) => s.shown);
  const runId = usePage((s) => s.runId);
  const step = usePage((s) => s.progress?.step ?? 0);
  const config = usePage((s) => s.view?.config ?? s.config);
  const [chosen, setChosen] = useState<JudgeOptions>({ n: 500, seed: 0 });
  const judge = useRobustness(api);
  const images = config.dataset.testSize;
  const options = { ...chosen, n: Math.min(chosen.n, images) };
  const unavailable = modelsUnavailable(shown, race, true);
  // A report belongs to these weights: one more step and it is about other models.
  const models = `${runId} ${step}`;
  const { running, stop } = judge;
  const moving = race === 'running' || race === 'preparing';
  useEffect(() => {
    if (moving && running) stop();
  }, [moving, running, stop]);
  const own = shown === 'live' && judge.race === models;

  const colour = useColour();
  return (
    <JudgeView
      unavailable={unavailable}
      images={images}
      options={options}
      onOptions={setChosen}
      running={judge.running}
      stopping={judge.stopping}
      progress={judge.progress}
      report={own ? judge.report : null}
      error={own ? judge.error : null}
      labels={config.contestants.map((c) => c.label)}
      colour={colour}
      onRun={() => judge.run(models, options)}
      onStop={judge.stop}
    />
  );
}

// Loaded lazily by the page.
export default JudgePanel;
