import { Table, Text } from '@mantine/core';
import { attackText, byContestant, type SeedRuns } from '../../core/result/spread.ts';
import { finalText } from '../shared/format.ts';
import type { SavedRun } from '../storage/record.ts';
import { WideTable } from '../shared/WideTable.tsx';

/** The settings in which runs differ so that their figures are not comparable, in words. */
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
  if (differs((r) => r.result.config.precision)) out.push('the precision');
  if (differs((r) => [r.result.config.seed, r.result.config.repeats])) out.push('the seeds');
  return out;
}

function measuredBy({ runs }: SeedRuns, status: string): string {
  const finals = runs.flatMap((r) => r.final ?? []);
  if (finals.length === 0) return `no final figures: ${status}`;
  const seeds = finals.length > 1 ? `; mean ± standard deviation of ${finals.length} seeds` : '';
  return `${attackText(finals[0].attack, finals.length)}; ${finals[0].n} images${seeds}`;
}

/** Final figures of several saved runs side by side. */
export function CompareTable({ runs }: { readonly runs: readonly SavedRun[] }) {
  const differences = comparability(runs);
  return (
    <>
      {differences.length > 0 && (
        <Text size="sm">Compare with care: these runs differ in {differences.join(', ')}.</Text>
      )}
      <WideTable
        minWidth={520}
        areaLabel="Comparison, scrollable"
        aria-label="Final figures of the chosen runs"
      >
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
            byContestant(run.result.runs).map((c, i, all) => (
              <Table.Tr key={`${run.id}|${c.label}`}>
                {i === 0 && (
                  <Table.Th scope="rowgroup" rowSpan={all.length} fw={500} style={{ verticalAlign: 'top' }}>
                    {run.name}
                  </Table.Th>
                )}
                <Table.Td>{c.label}</Table.Td>
                <Table.Td ta="right">{finalText(c.runs, 'clean')}</Table.Td>
                <Table.Td ta="right">{finalText(c.runs, 'robust')}</Table.Td>
                <Table.Td>
                  <Text size="xs" c="dimmed">
                    {measuredBy(c, run.result.status)}
                  </Text>
                </Table.Td>
              </Table.Tr>
            )),
          )}
        </Table.Tbody>
      </WideTable>
    </>
  );
}
