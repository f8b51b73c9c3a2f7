/** Gradient conflict between the terms of each loss, with the figures that batch noise and chance would give. */
import { Table, Text, VisuallyHidden } from '@mantine/core';
import type { RaceResult } from '../../core/result/results.ts';
import { epochWords, pairImages, pairRows } from './pairs.ts';
import { WideTable } from '../shared/WideTable.tsx';

export function PairTable({ view }: { readonly view: Pick<RaceResult, 'runs' | 'config'> }) {
  const rows = pairRows(view);
  if (rows.length === 0) return null;
  const { pairs, halves } = pairImages(view.config);
  return (
    <>
      <Text size="sm">
        By pairs of terms, unweighted, on {pairs} ({epochWords(rows)}). Two references: the same term on{' '}
        {halves} says how far the choice of images lowers a cosine, and chance is the ratio of unrelated
        signs. A term that reaches none of these weights, such as the cross-entropy of LBGAT’s second network,
        is left out.
      </Text>
      <WideTable
        minWidth={520}
        areaLabel="Gradient conflict by pairs of terms, scrollable"
        withTableBorder
        verticalSpacing="2xs"
        data-testid="pairs"
        aria-label="Gradient conflict by pairs of terms"
        style={{ fontVariantNumeric: 'tabular-nums' }}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Contestant</Table.Th>
            <Table.Th scope="col">Between</Table.Th>
            {['Cosine', 'Conflict ratio (%)', 'Chance (%)'].map((title) => (
              <Table.Th scope="col" key={title} ta="right">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, i) => (
            <Table.Tr key={`${row.label} ${row.between}`} c={row.ofOneTerm ? 'dimmed' : undefined}>
              <Table.Th scope="row" fw={500}>
                {rows[i - 1]?.label === row.label ? (
                  // A screen reader needs the name in every row.
                  <VisuallyHidden>{row.label}</VisuallyHidden>
                ) : (
                  row.label
                )}
              </Table.Th>
              <Table.Td>{row.between}</Table.Td>
              <Table.Td ta="right">{row.cosine}</Table.Td>
              <Table.Td ta="right">{row.ratio}</Table.Td>
              <Table.Td ta="right">{row.chance}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </>
  );
}
