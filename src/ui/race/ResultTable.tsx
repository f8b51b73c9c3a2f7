import { ScrollArea, Table, Text } from '@mantine/core';
import type { RaceResult, RunResult } from '../../core/results.ts';

const percent = (v: number) => `${(100 * v).toFixed(1)} %`;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function Row({ run }: { readonly run: RunResult }) {
  const last = run.curves[run.curves.length - 1];
  const shown = run.final ?? last;
  const g = run.gradientConflict;
  return (
    <Table.Tr>
      <Table.Th scope="row">{run.label}</Table.Th>
      <Table.Td>{shown ? percent(shown.clean) : '–'}</Table.Td>
      <Table.Td>{shown ? percent(shown.robust) : '–'}</Table.Td>
      <Table.Td>{run.final ? run.final.n.toLocaleString('en') : last ? `epoch ${last.epoch}` : '–'}</Table.Td>
      <Table.Td>{g.length > 0 ? mean(g.map((p) => p.cosine)).toFixed(2) : '–'}</Table.Td>
      <Table.Td>{g.length > 0 ? percent(mean(g.map((p) => p.ratio))) : '–'}</Table.Td>
    </Table.Tr>
  );
}

/** The same figures as the charts, for reading and for screen readers. */
export function ResultTable({ view }: { readonly view: RaceResult }) {
  const final = view.runs.find((r) => r.final)?.final;
  return (
    <>
      <ScrollArea type="auto" tabIndex={0} role="region" aria-label="Results, scrollable">
        <Table
          striped
          withTableBorder
          miw={520}
          data-testid="result-table"
          style={{ fontVariantNumeric: 'tabular-nums' }}
        >
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Method</Table.Th>
              <Table.Th>Clean</Table.Th>
              <Table.Th>Robust</Table.Th>
              <Table.Th>Test images</Table.Th>
              <Table.Th>Mean gradient cosine</Table.Th>
              <Table.Th>Mean conflict</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {view.runs.map((run) => (
              <Row key={run.label} run={run} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <Text size="xs" c="dimmed" mt={4}>
        {final
          ? `Robust: ${final.attack}. `
          : 'Until the race is over, the figures are those of the last epoch on a smaller subset. '}
        Accuracy under PGD is an upper bound: a stronger attack can only lower it.
      </Text>
    </>
  );
}
