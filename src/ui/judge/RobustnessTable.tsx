import { Box, Table, Text } from '@mantine/core';
import type { RobustnessRow } from '../../core/result/stress-report.ts';
import type { Norm } from '../../core/attacks/types.ts';
import { percent } from '../shared/format.ts';
import { attackLines } from './rows.ts';
import { WideTable } from '../shared/WideTable.tsx';

interface Props {
  readonly rows: readonly RobustnessRow[];
  readonly norm: Norm;
  readonly labels: readonly string[];
  /** Models that cannot be attacked, and why, in a sentence. */
  readonly failed: ReadonlyMap<string, string>;
  readonly colour: (label: string) => string;
}

function Cell({ row, upperBound }: { row: RobustnessRow | undefined; upperBound: boolean }) {
  if (!row)
    return (
      <Text size="sm" c="dimmed">
        not reached
      </Text>
    );
  const [low, high] = row.interval;
  return (
    <>
      <Text size="sm" fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {upperBound && <span title="upper bound: a stronger attack may find more">≤ </span>}
        {percent(row.tried > 0 ? row.correct / row.tried : NaN)}
      </Text>
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
        {percent(low)} – {percent(high)}
        <br />
        {row.correct} of {row.tried}
        {row.tried < row.n && (
          <>
            <br />
            partial: {row.n - row.tried} not tried
          </>
        )}
      </Text>
    </>
  );
}

function NoModel({ reason, lines }: { reason: string; lines: number }) {
  return (
    <Table.Td rowSpan={lines} style={{ verticalAlign: 'top', overflowWrap: 'anywhere' }}>
      <Text size="sm">{reason}</Text>
    </Table.Td>
  );
}

/** Accuracy under each attack with its 95 % Wilson interval. */
export function RobustnessTable({ rows, norm, labels, failed, colour }: Props) {
  const lines = attackLines(rows, norm);
  return (
    <WideTable
      minWidth={200 + 110 * labels.length}
      areaLabel="Robustness table, scrollable"
      verticalSpacing="xs"
      aria-label="Accuracy under each attack, by model"
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Attack</Table.Th>
          {labels.map((label) => (
            <Table.Th key={label} scope="col">
              <Box component="span" aria-hidden style={{ color: colour(label) }}>
                ●{' '}
              </Box>
              {label}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line, i) => (
          <Table.Tr key={line.key}>
            <Table.Th scope="row" fw={400} style={{ verticalAlign: 'top' }} pl={line.part ? 'xl' : undefined}>
              <Text size="sm" fw={line.part ? 400 : 600}>
                {line.name}
              </Text>
              <Text size="xs" c="dimmed">
                {line.budget}
              </Text>
            </Table.Th>
            {labels.map((label) =>
              failed.has(label) ? (
                // One cell for the whole column.
                i === 0 && <NoModel key={label} reason={failed.get(label)!} lines={lines.length} />
              ) : (
                <Table.Td key={label} style={{ verticalAlign: 'top' }}>
                  <Cell row={line.cells.get(label)} upperBound={line.upperBound} />
                </Table.Td>
              ),
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
