import { Stack, Table, Text } from '@mantine/core';
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import { percent } from '../shared/format.ts';
import { WideTable } from '../shared/WideTable.tsx';

interface Props {
  readonly report: RobustnessReport;
  readonly labels: readonly string[];
}

/** Accuracy of each model on the images that PGD-20 made for each other model and, on the diagonal, for itself. */
export function TransferTable({ report, labels }: Props) {
  if (report.transfer.length === 0) return null;
  const own = (label: string) => {
    const row = report.rows.find((r) => r.label === label && r.attack === 'pgd-20');
    return row && row.tried > 0 ? row.correct / row.tried : NaN;
  };
  const cell = (from: string, label: string) =>
    from === label ? own(label) : report.transfer.find((t) => t.from === from && t.label === label)?.accuracy;
  return (
    <Stack gap="2xs">
      <Text size="sm" fw={600}>
        Transfer: accuracy on images that PGD-20 made for another model
      </Text>
      <WideTable
        minWidth={160 + 110 * labels.length}
        areaLabel="Transfer table, scrollable"
        aria-label="Accuracy of each model (column) on images made for each model (row)"
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">made for ↓ shown to →</Table.Th>
            {labels.map((label) => (
              <Table.Th key={label} scope="col">
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {labels.map((from) => (
            <Table.Tr key={from}>
              <Table.Th scope="row" fw={400}>
                {from}
              </Table.Th>
              {labels.map((label) => (
                <Table.Td
                  key={label}
                  fw={from === label ? 600 : undefined}
                  style={{ fontVariantNumeric: 'tabular-nums' }}
                >
                  {percent(cell(from, label))}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Stack>
  );
}
