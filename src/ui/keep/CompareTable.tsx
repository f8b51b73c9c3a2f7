import { Table, Text } from '@mantine/core';
import { percent } from '../see/format.ts';
import type { SavedRun } from '../storage/record.ts';

/** Two settings that must agree for figures to be comparable, in words; empty where nothing differs. */
export function comparability(runs: readonly SavedRun[]): string[] {
  const differs = (of: (r: SavedRun) => unknown) => new Set(runs.map((r) => JSON.stringify(of(r)))).size > 1;
  const out: string[] = [];
  if (differs((r) => [r.result.config.dataset.source, r.result.config.dataset.classes]))
    out.push('data or classes');
  if (
    differs((r) => [
      r.result.config.attack.eps,
      r.result.config.evaluation.steps,
      r.result.config.evaluation.stepSize,
    ])
  )
    out.push('the evaluation attack');
  if (differs((r) => r.result.config.dataset.testSize)) out.push('the number of test images');
  if (differs((r) => r.result.config.network)) out.push('the network');
  if (differs((r) => [r.result.config.optimiser, r.result.config.dataset.trainSize]))
    out.push('the training schedule or size');
  if (differs((r) => r.result.config.seed)) out.push('the seed');
  return out;
}

/** Final figures of several saved runs side by side. */
export function CompareTable({ runs }: { readonly runs: readonly SavedRun[] }) {
  const differences = comparability(runs);
  return (
    <>
      {differences.length > 0 && (
        <Text size="sm">Compare with care: these runs differ in {differences.join(', ')}.</Text>
      )}
      <Table.ScrollContainer
        minWidth={520}
        type="native"
        tabIndex={0}
        role="group"
        aria-label="Comparison, scrollable"
      >
        <Table aria-label="Final figures of the chosen runs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Run</Table.Th>
              <Table.Th scope="col">Contestant</Table.Th>
              <Table.Th scope="col" ta="right">
                Clean
              </Table.Th>
              <Table.Th scope="col" ta="right">
                Robust
              </Table.Th>
              <Table.Th scope="col">Measured by</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {runs.flatMap((run) =>
              run.result.runs.map((r, i) => (
                <Table.Tr key={`${run.id}|${r.label}`}>
                  {i === 0 && (
                    <Table.Th
                      scope="rowgroup"
                      rowSpan={run.result.runs.length}
                      fw={500}
                      style={{ verticalAlign: 'top' }}
                    >
                      {run.name}
                    </Table.Th>
                  )}
                  <Table.Td>{r.label}</Table.Td>
                  <Table.Td ta="right">{percent(r.final?.clean)}</Table.Td>
                  <Table.Td ta="right">{percent(r.final?.robust)}</Table.Td>
                  <Table.Td>
                    <Text size="xs" c="dimmed">
                      {r.final
                        ? `${r.final.attack}; ${r.final.n} images`
                        : `no final figures: ${run.result.status}`}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              )),
            )}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
