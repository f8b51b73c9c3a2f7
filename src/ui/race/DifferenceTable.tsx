/** Paired differences in final accuracy between a chosen contestant and each other one, with intervals. */
import { Group, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { memo, useState } from 'react';
import { byContestant } from '../../core/result/spread.ts';
import type { RunResult } from '../../core/result/results.ts';
import { differenceRows, differenceWords, intervalWords } from './differences.ts';
import { WideTable } from '../shared/WideTable.tsx';

type Runs = readonly RunResult[];
const sameFinals = (a: { runs: Runs }, b: { runs: Runs }): boolean =>
  a.runs.length === b.runs.length &&
  a.runs.every((run, i) => run.final === b.runs[i].final && run.label === b.runs[i].label);

/** Renders nothing until at least two contestants have a final evaluation. */
export const DifferenceTable = memo(function DifferenceTable({ runs }: { readonly runs: Runs }) {
  const [chosen, choose] = useState<string | null>(null);
  const labels = byContestant(runs.filter((run) => run.final)).map((c) => c.label);
  if (labels.length < 2) return null;
  const reference = chosen !== null && labels.includes(chosen) ? chosen : labels[0];
  const rows = differenceRows(runs, reference).filter((row) => row.clean || row.robust);
  return (
    <Stack gap="xs">
      <Group gap="sm" align="flex-end">
        <NativeSelect
          label="Differences from"
          size="xs"
          maw="100%"
          value={reference}
          data={labels}
          onChange={(e) => choose(e.currentTarget.value)}
        />
      </Group>
      <WideTable
        minWidth={480}
        areaLabel="Differences, scrollable"
        withTableBorder
        verticalSpacing={4}
        data-testid="differences"
        aria-label={`Differences of final accuracy from ${reference}`}
        style={{ fontVariantNumeric: 'tabular-nums' }}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Contestant</Table.Th>
            <Table.Th scope="col">Clean, points</Table.Th>
            <Table.Th scope="col">Robust, points</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ label, clean, robust }) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" fw={500}>
                {label}
              </Table.Th>
              <Table.Td>{differenceWords(clean)}</Table.Td>
              <Table.Td>{differenceWords(robust)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      <Text size="xs" c="dimmed">
        {intervalWords(rows.flatMap((row) => [row.clean, row.robust]))}
      </Text>
    </Stack>
  );
}, sameFinals);
