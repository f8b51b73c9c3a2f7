import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import type { RaceResult } from '../../core/result/results.ts';
import type { WeightFiles } from '../../core/training/exported-model.ts';
import { runStore, type RunStore } from '../storage/runs.ts';
import { useSavedRuns } from '../storage/useSavedRuns.ts';
import { CommandLines } from './CommandLines.tsx';
import { CompareTable } from './CompareTable.tsx';
import { ExportBox } from './ExportBox.tsx';
import { SavedRuns } from './SavedRuns.tsx';
import { ShareBox } from './ShareBox.tsx';
import { OpenedModels } from '../own-model/OpenedModels.tsx';
import { Notice } from '../shared/Notice.tsx';

/** A deleted run that can be restored. */
interface Deletion {
  readonly id: string;
  readonly name: string;
  readonly undo: () => Promise<void>;
}

export interface KeepViewProps {
  /** The result shown on the page; null if there is none. */
  readonly result: RaceResult | null;
  readonly config: ExperimentConfig;
  readonly liveLabels: readonly string[];
  readonly weights: (label: string) => Promise<WeightFiles>;
  /** Shows a saved or imported result. */
  readonly onOpen: (result: RaceResult, name: string) => void;
  /** Whether a race is running, so that no other result can be opened. */
  readonly busy: boolean;
  readonly store?: RunStore;
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Stack gap="xs" component="section">
      <Title order={3} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

/** Sharing, saved runs and their comparison, export and import, command lines. */
export function KeepView({
  result,
  config,
  liveLabels,
  weights,
  onOpen,
  busy,
  store = runStore,
}: KeepViewProps) {
  const { runs, damaged, error: listError } = useSavedRuns(store);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // Each deletion can be undone until its notice is dismissed.
  const [deletions, setDeletions] = useState<readonly Deletion[]>([]);
  const forget = (deletion: Deletion) => setDeletions((all) => all.filter((d) => d !== deletion));
  const [error, setError] = useState<string | null>(null);
  const compared = runs.filter((r) => chosen.has(r.id));

  const attempt = async (work: () => Promise<void>) => {
    setError(null);
    try {
      await work();
    } catch (e) {
      setError(errorMessage(e));
    }
  };
  const message = error ?? listError;

  return (
    <Stack gap="xl">
      <Part title="Share">
        <ShareBox result={result} />
      </Part>
      <Part title="Saved runs">
        {message && (
          <Notice color="red" icon={<IconAlertTriangle />} title="Saved runs">
            {message}
          </Notice>
        )}
        {deletions.map((deletion) => (
          <Notice
            key={deletion.id}
            color="gray"
            role="status"
            withCloseButton
            closeButtonLabel="Dismiss"
            onClose={() => forget(deletion)}
          >
            <Group gap="xs">
              <Text size="sm">Deleted “{deletion.name}”.</Text>
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconArrowBackUp size={14} />}
                onClick={() =>
                  void attempt(async () => {
                    await deletion.undo();
                    forget(deletion);
                  })
                }
              >
                Undo
              </Button>
            </Group>
          </Notice>
        ))}
        <SavedRuns
          runs={runs}
          damaged={damaged}
          chosen={chosen}
          busy={busy}
          onChoose={(id, yes) =>
            setChosen((s) => {
              const next = new Set(s);
              if (yes) next.add(id);
              else next.delete(id);
              return next;
            })
          }
          onOpen={({ id }) =>
            void attempt(async () => {
              const { result: whole, name } = await store.read(id);
              onOpen(whole, name);
            })
          }
          onRename={(id, name) => void attempt(async () => void (await store.rename(id, name)))}
          onDelete={(id, name) =>
            void attempt(async () => {
              const undo = await store.remove(id);
              setDeletions((all) => [...all, { id, name, undo }]);
            })
          }
        />
        {compared.length > 0 && (
          <Stack gap="xs">
            <Title order={4} size="h5">
              Compared
            </Title>
            <CompareTable runs={compared} />
          </Stack>
        )}
      </Part>
      <Part title="Opened models">
        <OpenedModels />
      </Part>
      <Part title="Export and import">
        <ExportBox result={result} liveLabels={liveLabels} weights={weights} />
      </Part>
      <Part title="Command lines">
        <CommandLines config={result?.config ?? config} provenance={result?.dataset.provenance} />
      </Part>
    </Stack>
  );
}
