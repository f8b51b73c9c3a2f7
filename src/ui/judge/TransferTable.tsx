import { Stack, Table, Text } from '@mantine/core';
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import { wilsonInterval } from '../../core/result/wilson.ts';
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
  const { n } = report.options;
  const interval = (accuracy: number | undefined): string => {
    if (accuracy === undefined || Number.isNaN(accuracy) || n === 0) return '';
    const [low, high] = wilsonInterval(accuracy * n, n);
    return `(${percent(low)} – ${percent(high)})`;
  };
  return (
    <Stack gap="2xs">
      <Text size="sm" fw={600}>
        Transfer: accuracy on images that PGD-20 made for another model (n = {n.toLocaleString('en')} test
        images; in brackets 95 % Wilson intervals)
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
                  <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                    {interval(cell(from, label))}
                  </Text>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Stack>
  );
}
