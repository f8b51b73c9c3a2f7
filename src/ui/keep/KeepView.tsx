import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { WeightFiles } from '../../core/training/exported-model.ts';
import { Fold } from '../shared/Fold.tsx';
import type { FoldId } from '../shared/folds.ts';
import { runStore, type RunStore } from '../storage/runs.ts';
import { CommandLines } from './CommandLines.tsx';
import { ExportBox } from './ExportBox.tsx';
import { Runs, type OpenRun } from './Runs.tsx';
import { ShareBox } from './ShareBox.tsx';
import { OpenedModels } from '../own-model/OpenedModels.tsx';

export interface KeepViewProps {
  /** The result shown on the page; null if there is none. */
  readonly result: RaceResult | null;
  readonly config: ExperimentConfig;
  readonly liveLabels: readonly string[];
  readonly weights: (label: string) => Promise<WeightFiles>;
  /** Shows a saved, imported or recorded result. */
  readonly onOpen: OpenRun;
  /** Whether a race is running, so that no other result can be opened. */
  readonly busy: boolean;
  readonly store?: RunStore;
}

interface PartProps {
  /** Whether the part is folded, and under which name that is remembered. */
  readonly fold?: FoldId;
  readonly title: string;
  readonly children: ReactNode;
}

function Part({ fold, title, children }: PartProps) {
  const heading = (
    <Title order={3} size="h5">
      {title}
    </Title>
  );
  if (fold)
    return (
      <Fold id={fold} title={heading}>
        {children}
      </Fold>
    );
  return (
    <Stack gap="xs" component="section">
      {heading}
      {children}
    </Stack>
  );
}

/** All runs and their comparison, sharing, export and import; folded: opened models and command lines. */
export function KeepView({
  result,
  config,
  liveLabels,
  weights,
  onOpen,
  busy,
  store = runStore,
}: KeepViewProps) {
  return (
    <Stack gap="md">
      <Runs onOpen={onOpen} busy={busy} store={store} />
      <Part title="Share">
        <ShareBox result={result} />
      </Part>
      <Part fold="opened-models" title="Opened models">
        <OpenedModels />
      </Part>
      <Part title="Export and import">
        <ExportBox result={result} liveLabels={liveLabels} weights={weights} />
      </Part>
      <Part fold="command-lines" title="Command lines">
        <CommandLines config={result?.config ?? config} provenance={result?.dataset.provenance} />
      </Part>
    </Stack>
  );
}
