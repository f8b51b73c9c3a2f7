import { Stack, Title } from '@mantine/core';
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

function Part({ id, title, children }: { id: FoldId; title: string; children: React.ReactNode }) {
  return (
    <Fold
      id={id}
      title={
        <Title order={3} size="h5">
          {title}
        </Title>
      }
    >
      {children}
    </Fold>
  );
}

/** All runs and their comparison; folded: sharing, opened models, export and import, command lines. */
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
      <Part id="share" title="Share">
        <ShareBox result={result} />
      </Part>
      <Part id="opened-models" title="Opened models">
        <OpenedModels />
      </Part>
      <Part id="export" title="Export and import">
        <ExportBox result={result} liveLabels={liveLabels} weights={weights} />
      </Part>
      <Part id="command-lines" title="Command lines">
        <CommandLines config={result?.config ?? config} provenance={result?.dataset.provenance} />
      </Part>
    </Stack>
  );
}
