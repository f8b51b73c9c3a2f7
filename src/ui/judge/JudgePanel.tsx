import { useEffect, useState } from 'react';
import { modelsUnavailable } from '../workbench/models.ts';
import { useLatest } from '../shared/useLatest.ts';
import { usePage, workbench } from '../state/store.ts';
import { useFailedModels } from '../state/useFailedModels.ts';
import { useLook } from '../charts/useLook.ts';
import { JudgeView, type JudgeChoice } from './JudgeView.tsx';
import { useRobustness } from './useRobustness.ts';

const NONE_FAILED: ReadonlyMap<string, string> = new Map();
/** RobustBench's radius for CIFAR-10 in L2. */
const L2_EPS = 0.5;

/** The robustness report of the models in the worker. */
export function JudgePanel() {
  const race = usePage((s) => s.race);
  const shown = usePage((s) => s.shown);
  const ownRace = usePage((s) => s.ownRace);
  const runId = usePage((s) => s.runId);
  // Training changes the models, so that no report is made during it.
  const step = usePage((s) =>
    s.race === 'running' ? 'moving' : `${s.progress?.seed ?? ''} ${s.progress?.step ?? 0}`,
  );
  const config = usePage((s) => s.view?.config ?? s.config);
  const [chosen, setChosen] = useState<JudgeChoice>({ n: 200, seed: 0, norm: 'linf', depth: 'look' });
  const judge = useRobustness(workbench.engine.api);
  const images = config.dataset.testSize;
  const choice = { ...chosen, n: Math.min(chosen.n, images) };
  const options = { ...choice, eps: choice.norm === 'linf' ? config.attack.eps : L2_EPS };
  const unavailable = modelsUnavailable(shown, race, { exclusive: true, ownRace });
  // A report belongs to the weights of one step.
  const models = `${runId} ${step}`;
  const { running, stop } = judge;
  const moving = race === 'running' || race === 'preparing';
  useEffect(() => {
    if (moving && running) stop();
  }, [moving, running, stop]);
  useEffect(() => {
    workbench.setJudging(running);
    return () => workbench.setJudging(false);
  }, [running]);
  const own = shown === 'live' && judge.models === models;
  const measured = judge.report ?? judge;
  // After Train, a change of backend or the opening of another run, the report stays, marked as of earlier models.
  const earlier = !own && !running && measured.rows.length > 0;
  const asked = unavailable === null && !running ? JSON.stringify([models, options]) : null;
  const estimate = useLatest(asked, () => workbench.engine.api.estimateRobustness(options));
  const look = useLook();
  const failed = useFailedModels();
  return (
    <JudgeView
      unavailable={unavailable}
      images={images}
      classes={config.dataset.classes.length}
      choice={choice}
      eps={options.eps}
      onChoice={setChosen}
      estimate={estimate.value}
      judge={own || earlier ? judge : { ...judge, rows: [], report: null, error: null }}
      earlier={earlier}
      labels={
        earlier ? [...new Set(measured.rows.map((r) => r.label))] : config.contestants.map((c) => c.label)
      }
      failed={earlier ? NONE_FAILED : failed}
      look={look}
      onRun={() => void judge.run(models, options)}
    />
  );
}

// Loaded lazily by the page.
export default JudgePanel;
