/** The one table of saved, imported and recorded runs, and the comparison of the ticked ones. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { errorMessage } from '../../core/error-message.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { loadRecorded, type RecordedEntry } from '../app/recorded.ts';
import { Notice } from '../shared/Notice.tsx';
import { usePage } from '../state/store.ts';
import type { RunStore } from '../storage/runs.ts';
import { useSavedRuns } from '../storage/useSavedRuns.ts';
import { isActive } from '../workbench/race-rules.ts';
import { CompareRuns } from './CompareRuns.tsx';
import { RecordedRows } from './RecordedRows.tsx';
import { RunsTable } from './RunsTable.tsx';
import { useCompared, type Tick } from './useCompared.ts';
import { useRecordedRuns } from './useRecordedRuns.ts';

/** A deleted run that can be restored. */
interface Deletion {
  readonly id: string;
  readonly name: string;
  readonly undo: () => Promise<void>;
}

/** Shows a result on the page under this name. */
export type OpenRun = (kind: 'saved' | 'recorded', result: RaceResult, name: string) => void;

interface Props {
  readonly onOpen: OpenRun;
  /** Whether a race is running, so that no other result can be opened. */
  readonly busy: boolean;
  readonly store: RunStore;
}

export const Runs = memo(function Runs({ onOpen, busy, store }: Props) {
  const { runs, damaged, error: listError } = useSavedRuns(store);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // Each deletion can be undone until its notice is dismissed.
  const [deletions, setDeletions] = useState<readonly Deletion[]>([]);
  const forget = (deletion: Deletion) => setDeletions((all) => all.filter((d) => d !== deletion));
  const [error, setError] = useState<string | null>(null);
  const recorded = useRecordedRuns();
  const shown = usePage((s) => (s.shown === 'recorded' ? s.shownName : null));
  const [loading, setLoading] = useState<string | null>(null);
  const choose = (id: string, yes: boolean) =>
    setChosen((s) => {
      const next = new Set(s);
      if (yes) next.add(id);
      else next.delete(id);
      return next;
    });
  // In the order of the ticks, so that run A is the first one ticked.
  const ticks = [...chosen].flatMap((id): Tick[] => {
    const saved = runs.find((r) => r.id === id);
    if (saved) return [{ id, name: saved.name }];
    const entry = recorded.entries.find((e) => e.file === id);
    return entry ? [{ id, name: entry.title }] : [];
  });
  const compared = useCompared(ticks, store);

  const attempt = async (work: () => Promise<void>) => {
    setError(null);
    try {
      await work();
    } catch (e) {
      setError(errorMessage(e));
    }
  };
  const openRecorded = ({ file, title }: RecordedEntry) =>
    attempt(async () => {
      setLoading(file);
      try {
        const result = await loadRecorded(file);
        // If a race has begun meanwhile, keep it on the page.
        if (!isActive(usePage.getState().race)) onOpen('recorded', result, title);
      } finally {
        setLoading(null);
      }
    });
  const message = error ?? listError ?? compared.error;

  return (
    <Stack gap="xs">
      {message && (
        <Notice color="red" icon={<IconAlertTriangle />} title="Runs">
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
      <RunsTable
        runs={runs}
        damaged={damaged}
        chosen={chosen}
        busy={busy}
        onChoose={choose}
        recorded={
          <RecordedRows
            saved={runs.length > 0}
            entries={recorded.entries}
            shown={shown}
            loadingFile={loading}
            chosen={chosen}
            busy={busy}
            onChoose={choose}
            onOpen={(entry) => void openRecorded(entry)}
          />
        }
        onOpen={({ id }) =>
          void attempt(async () => {
            const { result: whole, name } = await store.read(id);
            onOpen('saved', whole, name);
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
      {recorded.failure !== null && (
        <Group gap="xs">
          <Text size="sm" role="status">
            The list of recorded runs did not arrive: {recorded.failure}. Training, shared links and saved
            runs work without it.
          </Text>
          <Button size="compact-sm" variant="default" onClick={recorded.retry}>
            Try again
          </Button>
        </Group>
      )}
      {compared.runs.length > 1 && <CompareRuns runs={compared.runs} />}
    </Stack>
  );
});
