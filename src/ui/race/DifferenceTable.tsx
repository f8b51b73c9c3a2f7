/** Paired differences in final accuracy between a chosen contestant and each other one, with intervals. */
import { Group, NativeSelect, Stack } from '@mantine/core';
import { memo, useState } from 'react';
import { byContestant } from '../../core/result/spread.ts';
import type { RunResult } from '../../core/result/results.ts';
import { sameFinals } from '../shared/same-finals.ts';
import { differenceRows } from './differences.ts';
import { DifferenceRows } from './DifferenceRows.tsx';

interface Props {
  readonly runs: readonly RunResult[];
}

/** Renders nothing until at least two contestants have a final evaluation. */
export const DifferenceTable = memo(function DifferenceTable({ runs }: Props) {
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
      <DifferenceRows
        of="Contestant"
        rows={rows}
        areaLabel="Differences, scrollable"
        data-testid="differences"
        aria-label={`Differences of final accuracy from ${reference}`}
        style={{ fontVariantNumeric: 'tabular-nums' }}
      />
    </Stack>
  );
}, sameFinals);
