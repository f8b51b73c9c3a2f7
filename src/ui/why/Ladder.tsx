/** A table with a row per contestant: its figures, and their differences from the contestant above. */
import { Stack, Table, Text, Title } from '@mantine/core';
import { memo } from 'react';
import { estimateImages } from '../../core/result/accuracies.ts';
import { byContestant } from '../../core/result/spread.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { stylesOf } from '../charts/identity.ts';
import { Marker } from '../charts/Marker.tsx';
import { sameCurve, seedsOf } from '../charts/series.ts';
import { useInTurn } from '../state/turns.ts';
import { cellText, differenceText, MEASURES, rungsOf } from './ladder.ts';
import { WideTable } from '../shared/WideTable.tsx';

type Shown = Pick<RaceResult, 'runs' | 'config'>;
const sameFigures = ({ runs: a, ...one }: Shown, { runs: b, ...two }: Shown): boolean =>
  estimateImages(one.config) === estimateImages(two.config) &&
  (['curves', 'gradientConflict', 'bn'] as const).every((of) => sameCurve(a, b, (run) => run[of])) &&
  a.every((run, i) => run.final === b[i].final);

/** Updated in turn with the charts (`useInTurn`). */
export function Ladder({ view }: { readonly view: Shown }) {
  const { shown, place } = useInTurn(view, sameFigures);
  return <div ref={place}>{shown && <Rungs view={shown} />}</div>;
}

const Rungs = memo(function Rungs({ view }: { readonly view: Shown }) {
  const { runs } = view;
  const rungs = rungsOf(view);
  if (rungs.length < 2) return null;
  const styles = stylesOf(byContestant(runs));
  const seeds = seedsOf(runs);
  return (
    <Stack gap="xs" component="section">
      <Title order={3} size="h4">
        Side by side
      </Title>
      <Text size="sm">
        Each row is a contestant, in the order of the race; below each figure stands the difference from the
        row above. In the line-up “Ablation ladder” every row adds one part, so the difference is what that
        part changed.{' '}
        {seeds > 1 ? `Figures are means ± standard deviation over ${seeds} seeds. ` : 'One seed. '}
        In brackets: the 95 % interval of the difference, paired by seed and, for final accuracies, by test
        image. If it contains 0, no difference is shown: “none”. A difference without an interval may be
        chance. Until a contestant has its final evaluation, its accuracies are estimates, and not compared.
      </Text>
      <WideTable
        minWidth={720}
        areaLabel="Side by side, scrollable"
        withTableBorder
        verticalSpacing="xs"
        data-testid="ladder"
        aria-label="Contestants side by side"
        style={{ fontVariantNumeric: 'tabular-nums' }}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Contestant</Table.Th>
            <Table.Th scope="col">Test images (clean, robust)</Table.Th>
            {MEASURES.map((m) => (
              <Table.Th scope="col" key={m.id} ta="right">
                {m.title}
              </Table.Th>
            ))}
            {seeds > 1 && (
              <Table.Th scope="col" ta="right">
                Seeds
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rungs.map(({ label, n, images, cells }, i) => (
            <Table.Tr key={label}>
              <Table.Th scope="row" fw={500}>
                <svg width={16} height={12} aria-hidden style={{ marginRight: 'var(--mantine-spacing-xs)' }}>
                  <Marker cx={7} cy={6} style={styles[i]} />
                </svg>
                {label}
              </Table.Th>
              <Table.Td>{images}</Table.Td>
              {cells.map((cell, k) => (
                <Table.Td key={MEASURES[k].id} ta="right" style={{ whiteSpace: 'nowrap' }}>
                  {cellText(cell, MEASURES[k], n)}
                  <Text size="xs" c="dimmed">
                    {cell.difference === null ? '\u00a0' : differenceText(cell.difference, MEASURES[k])}
                  </Text>
                </Table.Td>
              ))}
              {seeds > 1 && <Table.Td ta="right">{n}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      <Text size="xs" c="dimmed">
        Cosine and conflict: means over all measured steps, as in the table of results; a dash where a
        contestant has no two terms. BN distances, mean over layers after the last epoch: between the batch
        statistics of clean and of adversarial images, both through the adv set, and between the running
        statistics and the affine parameters of the two sets (0 with one shared set). A dash there means that
        the result is from before this distance was measured.
      </Text>
    </Stack>
  );
});
