import { Stack } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useSight } from '../state/sight.ts';
import { usePage, workbench } from '../state/store.ts';
import { useAttackable } from '../state/useAttackable.ts';
import { ImagesChoice } from '../own-model/ImagesChoice.tsx';
import { RecordedModels } from '../own-model/RecordedModels.tsx';
import { useLook } from '../charts/useLook.ts';
import { className } from '../shared/format.ts';
import { Fold } from '../shared/Fold.tsx';
import { NEEDS_MODELS } from '../shared/ModelsNotice.tsx';
import { SeeView } from './SeeView.tsx';

/** Adversarial examples of the models in the worker. */
export function SeePanel() {
  const race = usePage((s) => s.race);
  const runId = usePage((s) => s.runId);
  const config = usePage((s) => s.view?.config ?? s.config);
  const opened = usePage((s) => s.opened);
  const models = useAttackable();
  const { images, dataset, classNames } = models;
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
    (index: number) => className(index, classNames, dataset.classes),
    [classNames, dataset],
  );
  return (
    <Stack ref={place} gap="md">
      <ImagesChoice {...models} />
      {models.none && <RecordedModels />}
      <Fold id="see-controls" title={NEEDS_MODELS} always={models.unavailable === null}>
        <SeeView
          unavailable={models.unavailable}
          race={images ? JSON.stringify(images) : runId}
          weights={JSON.stringify([images ? null : asked, opened.map((m) => m.id)])}
          images={dataset.testSize}
          eps={config.attack.eps}
          name={name}
          colour={(label) => look(label).colour}
          failed={models.missing}
          attacks={workbench.engine.api.attacks}
          example={(request) => workbench.example({ ...request, images })}
          slice={(request) => workbench.lossSlice({ ...request, images })}
        />
      </Fold>
    </Stack>
  );
}

// Loaded lazily by the page.
export default SeePanel;
