import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { attackable, type Attackable, type ImageChoice } from '../workbench/attackable.ts';
import { usePage } from './store.ts';
import { useFailedModels } from './useFailedModels.ts';

export interface AttackableOnPage extends Attackable {
  readonly choose: (choice: ImageChoice) => void;
}

/** The models that a section can attack now, and their test images. `exclusive`: not while a race trains. */
export function useAttackable(exclusive = false): AttackableOnPage {
  const [wanted, choose] = useState<ImageChoice>('race');
  // Selects no figures: those of a running race change every second, and each change would render again.
  const page = usePage(
    useShallow((s) => ({
      race: s.race,
      shown: s.shown,
      ownRace: s.ownRace,
      config: s.config,
      data: s.data,
      opened: s.opened,
      ownConfig: s.view?.config ?? null,
      ownClassNames: s.view?.dataset.classNames ?? null,
    })),
  );
  const failed = useFailedModels();
  return { ...attackable({ ...page, failed }, { exclusive, wanted }), choose };
}
