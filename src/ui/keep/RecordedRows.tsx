import { Checkbox, Table, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import type { RecordedEntry } from '../app/recorded.ts';
import { Fold } from '../shared/Fold.tsx';
import { setFold, useFolds } from '../shared/folds.ts';
import { Button } from '../shared/controls.tsx';

interface Props {
  /** Whether the table lists saved runs, too, with columns for their figures and origin. */
  readonly saved: boolean;
  readonly entries: readonly RecordedEntry[];
  /** Title of the recorded run on the page; null if another run is shown. */
  readonly shown: string | null;
  /** File of the run that is being loaded to be shown. */
  readonly loadingFile: string | null;
  readonly chosen: ReadonlySet<string>;
  /** Whether a race is running, so that no other run can be opened. */
  readonly busy: boolean;
  readonly onChoose: (file: string, chosen: boolean) => void;
  readonly onOpen: (entry: RecordedEntry) => void;
}

/** Rows shown before all are asked for. */
const FIRST_ROWS = 4;

/**
 * The rows of the runs that come with the page: the first ones, until all are asked for. The one on screen has its
 * description below its title.
 */
export function RecordedRows({ saved, entries, shown, loadingFile, chosen, busy, onChoose, onOpen }: Props) {
  const all = useFolds((s) => s['recorded-runs'] ?? false);
  // A run that is ticked, shown or on its way is always listed.
  const listed = (entry: RecordedEntry, i: number) =>
    i < FIRST_ROWS || chosen.has(entry.file) || entry.title === shown || entry.file === loadingFile;
  return (
    <Table.Tbody aria-label="Recorded runs">
      <Table.Tr>
        <Table.Th scope="rowgroup" colSpan={saved ? 5 : 3}>
          Recorded runs
        </Table.Th>
      </Table.Tr>
      {(all ? entries : entries.filter(listed)).map((entry) => (
        <Table.Tr key={entry.file}>
          <Table.Td>
            <Checkbox
              size="md"
              aria-label={`Compare ${entry.title}`}
              checked={chosen.has(entry.file)}
              onChange={(e) => onChoose(entry.file, e.currentTarget.checked)}
            />
          </Table.Td>
          <Table.Td colSpan={saved ? 3 : 1}>
            <Text size="sm">{entry.title}</Text>
            {entry.title === shown && (
              <Fold id="run-words" title="About this run">
                <Text size="xs" c="dimmed" role="status">
                  {entry.words}
                </Text>
              </Fold>
            )}
          </Table.Td>
          <Table.Td>
            <Button
              size="compact-sm"
              variant={entry.title === shown ? 'filled' : 'default'}
              aria-pressed={entry.title === shown}
              leftSection={<IconEye size={14} />}
              busyBecause={loadingFile === entry.file ? 'This run is being loaded.' : null}
              disabledBecause={
                busy ? 'A race is running: stop it, or wait for its end, to open a recorded run.' : null
              }
              onClick={() => onOpen(entry)}
              aria-label={`Open ${entry.title}`}
            >
              Open
            </Button>
          </Table.Td>
        </Table.Tr>
      ))}
      {entries.length > FIRST_ROWS && (
        <Table.Tr>
          <Table.Td colSpan={saved ? 5 : 3}>
            <Button
              size="compact-sm"
              variant="default"
              aria-expanded={all}
              onClick={() => setFold('recorded-runs', !all)}
            >
              {all ? 'Show fewer recorded runs' : `Show all ${entries.length} recorded runs`}
            </Button>
          </Table.Td>
        </Table.Tr>
      )}
    </Table.Tbody>
  );
}
