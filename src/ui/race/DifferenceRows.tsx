import { Text } from '@mantine/core';
import type { ComponentProps } from 'react';
import { TextTable } from '../shared/TextTable.tsx';
import { differenceWords, intervalWords, type DifferenceRow } from './differences.ts';

interface Props extends Omit<ComponentProps<typeof TextTable>, 'head' | 'rows' | 'minWidth'> {
  /** Heading of the column that names the rows. */
  readonly of: string;
  readonly rows: readonly DifferenceRow[];
}

/** Differences in both accuracies with their intervals, and below them what the intervals are over. */
export function DifferenceRows({ of, rows, ...table }: Props) {
  return (
    <>
      <TextTable
        minWidth={480}
        head={[of, 'Clean, points', 'Robust, points']}
        rows={rows.map(({ label, clean, robust }) => [
          label,
          differenceWords(clean),
          differenceWords(robust),
        ])}
        {...table}
      />
      <Text size="xs" c="dimmed">
        {intervalWords(rows.flatMap((row) => [row.clean, row.robust]))}
      </Text>
    </>
  );
}
