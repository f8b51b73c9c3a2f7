import { Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useLatest } from '../shared/useLatest.ts';
import { usePage, workbench } from '../state/store.ts';
import { useAttackable } from '../state/useAttackable.ts';
import { useLook } from '../charts/useLook.ts';
import { ImagesChoice } from '../own-model/ImagesChoice.tsx';
import { RecordedModels } from '../own-model/RecordedModels.tsx';
import { Fold } from '../shared/Fold.tsx';
import { NEEDS_MODELS } from '../shared/ModelsNotice.tsx';
import { JudgeView, type JudgeChoice } from './JudgeView.tsx';
import { IDLE, type StressTestApi } from './stress-test.ts';
import { useRobustness } from './useRobustness.ts';

const NONE_MISSING: ReadonlyMap<string, string> = new Map();
const API: StressTestApi = {
  robustness: workbench.robustness,
  pauseJob: () => workbench.engine.api.pauseJob(),
  resumeJob: () => workbench.engine.api.resumeJob(),
  stopJob: () => workbench.engine.api.stopJob(),
};
/** RobustBench's radius for CIFAR-10 in L2. */
const L2_EPS = 0.5;

/** The robustness report of the models in the worker. */
export function JudgePanel() {
  const race = usePage((s) => s.race);
  const shown = usePage((s) => s.shown);
  const opened = usePage((s) => s.opened);
  const runId = usePage((s) => s.runId);
  // Training changes the models, so that no report is made during it.
  const step = usePage((s) =>
    s.race === 'running' ? 'moving' : `${s.progress?.seed ?? ''} ${s.progress?.step ?? 0}`,
  );
  const report = usePage((s) => s.view?.report);
  const config = usePage((s) => s.view?.config ?? s.config);
  const [chosen, setChosen] = useState<JudgeChoice>({ n: 200, seed: 0, norm: 'linf', depth: 'look' });
  const judge = useRobustness(API);
  const attacked = useAttackable(true);
  const { images, dataset, unavailable, labels } = attacked;
  const choice = { ...chosen, n: Math.min(chosen.n, dataset.testSize) };
  const options = { ...choice, eps: choice.norm === 'linf' ? config.attack.eps : L2_EPS };
  // A report belongs to the weights of one step, to the opened models and to the images.
  const models = JSON.stringify([images ?? `${runId} ${step}`, opened.map((m) => m.id)]);
  const { running, stop } = judge;
  const moving = race === 'running' || race === 'preparing';
  useEffect(() => {
    if (moving && running) stop();
  }, [moving, running, stop]);
  useEffect(() => {
    workbench.setJudging(running);
    return () => workbench.setJudging(false);
  }, [running]);
  const own = (shown === 'live' || images !== undefined) && judge.models === models;
  const measured = judge.report ?? judge;
  // After Train, a change of backend or the opening of another run, the report stays, marked as of earlier models.
  const earlier = !own && !running && measured.rows.length > 0;
  // The report of a run that was opened is shown in place of the page's last one, which returns with its race.
  const stored = shown === 'live' || images !== undefined || running ? null : (report ?? null);
  const measuredOn = stored
    ? { ...judge, ...IDLE, report: stored }
    : own || earlier
      ? judge
      : { ...judge, rows: [], report: null, error: null };
  const run = async () => {
    const made = await judge.run(models, options, images);
    // A report on other images, of opened models alone, belongs to no race.
    if (made && images === undefined) workbench.keepReport(runId, made);
  };
  const asked = unavailable === null && !running ? JSON.stringify([models, options]) : null;
  const estimate = useLatest(asked, () => workbench.estimateRobustness(options, images));
  const look = useLook();
  const inUse =
    unavailable === null ||
    running ||
    measuredOn.report !== null ||
    measuredOn.rows.length > 0 ||
    measuredOn.error !== null;
  // Of a run that was opened, the report is all there is to see: it is folded like what stands in the other sections.
  const reportAlone = stored !== null && unavailable !== null;
  // Models without a figure have a column that says why.
  const unfit = [...attacked.missing.keys()].filter((label) => !labels.includes(label));
  return (
    <Stack gap="md">
      {attacked.none && <RecordedModels />}
      <Fold
        id="judge-controls"
        title={reportAlone ? 'Report of this run' : NEEDS_MODELS}
        always={inUse && !reportAlone}
      >
        <JudgeView
          unavailable={unavailable}
          images={dataset.testSize}
          classes={dataset.classes.length}
          imagesChoice={<ImagesChoice {...attacked} />}
          choice={choice}
          eps={options.eps}
          onChoice={setChosen}
          estimate={estimate.value}
          judge={measuredOn}
          earlier={earlier && !stored}
          labels={
            stored
              ? [...new Set(stored.rows.map((r) => r.label))]
              : earlier
                ? [...new Set(measured.rows.map((r) => r.label))]
                : [...labels, ...unfit]
          }
          failed={earlier || stored ? NONE_MISSING : attacked.missing}
          look={look}
          onRun={() => void run()}
        />
      </Fold>
    </Stack>
  );
}

// Loaded lazily by the page.
export default JudgePanel;
