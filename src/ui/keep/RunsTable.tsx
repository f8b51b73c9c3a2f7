import {
  ActionIcon,
  Checkbox,
  Group,
  Stack,
  Table,
  Text,
  TextInput,
  Tooltip,
  VisuallyHidden,
} from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconEye, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { byContestant } from '../../core/result/spread.ts';
import { finalCounts, finalText } from '../shared/format.ts';
import { NAME_LENGTH, type SavedRun } from '../storage/record.ts';
import type { DamagedRun } from '../storage/runs.ts';
import { Button } from '../shared/controls.tsx';
import { dateText } from '../shared/dates.ts';
import { Notice } from '../shared/Notice.tsx';
import { distinguishingNotes } from './settings-diff.ts';

interface Props {
  readonly runs: readonly SavedRun[];
  readonly damaged: readonly DamagedRun[];
  readonly chosen: ReadonlySet<string>;
  /** Whether a race is running, so that no saved run can be opened. */
  readonly busy: boolean;
  readonly onChoose: (id: string, chosen: boolean) => void;
  readonly onOpen: (run: SavedRun) => void;
  readonly onRename: (id: string, name: string) => void;
  readonly onDelete: (id: string, name: string) => void;
  /** The rows of the recorded runs, below those of the saved ones. */
  readonly recorded: React.ReactNode;
}

interface NameCellProps {
  readonly run: SavedRun;
  /** What tells the run from others of the same name. */
  readonly note: string;
  readonly onRename: Props['onRename'];
}

function NameCell({ run, note, onRename }: NameCellProps) {
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null)
    return (
      <Group gap="2xs" wrap="nowrap" justify="space-between">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {run.name}
          {note && (
            <Text component="span" size="xs" c="dimmed" display="block">
              {note}
            </Text>
          )}
        </Text>
        <Tooltip label="Rename">
          <ActionIcon variant="subtle" aria-label={`Rename ${run.name}`} onClick={() => setDraft(run.name)}>
            <IconPencil size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
    );
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        onRename(run.id, draft);
        setDraft(null);
      }}
    >
      <Group gap="2xs" wrap="nowrap">
        <TextInput
          aria-label="New name"
          value={draft}
          maxLength={NAME_LENGTH}
          autoFocus
          size="xs"
          style={{ flex: 1 }}
          onChange={(e) => setDraft(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === 'Escape') setDraft(null);
          }}
        />
        <ActionIcon type="submit" variant="default" aria-label="Save the name">
          <IconCheck size={16} />
        </ActionIcon>
      </Group>
    </form>
  );
}

/** Final figures by contestant, with mean ± deviation over seeds, and what they count, in one line. */
export function figures({ result: { runs, status } }: Pick<SavedRun, 'result'>): string {
  const done = runs.filter((r) => r.final !== null);
  if (done.length === 0) return status === 'complete' ? 'no final figures' : status;
  const each = byContestant(done).map(
    (c) => `${c.label}: ${finalText(c.runs, 'clean')} / ${finalText(c.runs, 'robust')}`,
  );
  return `${each.join(' · ')} (${finalCounts(done)})`;
}

/** Rows drawn at first, since each costs about 0.1 MB and a dozen listeners, and there may be hundreds of runs. */
const FIRST_ROWS = 10;

/** Every run in one table: those kept in this browser, newest first, then the recorded ones. */
export function RunsTable({
  runs,
  damaged,
  chosen,
  busy,
  recorded,
  onChoose,
  onOpen,
  onRename,
  onDelete,
}: Props) {
  const [all, setAll] = useState(false);
  const notes = useMemo(() => {
    const words = distinguishingNotes(runs);
    return new Map(runs.map(({ id }, i) => [id, words[i]]));
  }, [runs]);
  // A ticked run is always shown, so that it can be unticked.
  const rows = all ? runs : runs.filter((run, i) => i < FIRST_ROWS || chosen.has(run.id));
  return (
    <Stack gap="xs">
      <Table.ScrollContainer minWidth={rows.length > 0 ? 640 : 0} type="native">
        <Table verticalSpacing="xs" aria-label="Runs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" w={40}>
                <VisuallyHidden>Compare</VisuallyHidden>
              </Table.Th>
              <Table.Th scope="col">Name</Table.Th>
              {rows.length > 0 && (
                <>
                  <Table.Th scope="col">Clean / robust</Table.Th>
                  <Table.Th scope="col">Origin</Table.Th>
                </>
              )}
              <Table.Th scope="col">Actions</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody aria-label="Saved runs">
            {rows.map((run) => (
              <Table.Tr key={run.id}>
                <Table.Td>
                  <Checkbox
                    size="md"
                    aria-label={`Compare ${run.name}`}
                    checked={chosen.has(run.id)}
                    onChange={(e) => onChoose(run.id, e.currentTarget.checked)}
                  />
                </Table.Td>
                <Table.Td>
                  <NameCell run={run} note={notes.get(run.id) ?? ''} onRename={onRename} />
                </Table.Td>
                <Table.Td>
                  <Text size="xs">{figures(run)}</Text>
                </Table.Td>
                <Table.Td>
                  <Text size="xs" style={{ whiteSpace: 'nowrap' }}>
                    {run.imported ? 'Imported, ' : ''}
                    {dateText(run.result.finishedAt, true)}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Group gap="2xs" wrap="nowrap">
                    <Button
                      size="compact-sm"
                      variant="default"
                      leftSection={<IconEye size={14} />}
                      disabledBecause={
                        busy ? 'A race is running: stop it, or wait for its end, to open a saved run.' : null
                      }
                      onClick={() => onOpen(run)}
                      aria-label={`Open ${run.name}`}
                    >
                      Open
                    </Button>
                    <Tooltip label="Delete">
                      <ActionIcon
                        variant="subtle"
                        color="red"
                        aria-label={`Delete ${run.name}`}
                        onClick={() => onDelete(run.id, run.name)}
                      >
                        <IconTrash size={16} />
                      </ActionIcon>
                    </Tooltip>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
          {recorded}
        </Table>
      </Table.ScrollContainer>
      {runs.length > FIRST_ROWS && (
        <Group gap="sm">
          <Button size="compact-sm" variant="default" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? `Show the newest ${FIRST_ROWS}` : `Show all ${runs.length} runs`}
          </Button>
          {!all && (
            <Text size="xs" c="dimmed">
              {rows.length} of {runs.length} runs are listed.
            </Text>
          )}
        </Group>
      )}
      {damaged.map((d) => (
        <Notice key={d.id} color="orange" icon={<IconAlertTriangle />} title="A saved run cannot be read">
          <Group gap="xs" justify="space-between">
            <Text size="sm">{d.message}</Text>
            <Button size="compact-sm" variant="default" onClick={() => onDelete(d.id, 'the unreadable run')}>
              Delete it
            </Button>
          </Group>
        </Notice>
      ))}
    </Stack>
  );
}
