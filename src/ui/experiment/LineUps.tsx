/** Chooses one of the predefined sets of contestants. Undo brings back the contestants before the choice. */
import { Stack } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { memo, useState } from 'react';
import type { Contestant, Switches } from '../../core/settings/config.ts';
import { LINE_UP_IDS, LINE_UPS, lineUpOf, type LineUpId } from '../../core/experiments/line-ups.ts';
import { Button, NativeSelect, type Reason } from '../shared/controls.tsx';

interface Props {
  readonly contestants: readonly Contestant[];
  /** The preset's switches, from which those of each line-up's contestants are made. */
  readonly base: Switches;
  readonly disabledBecause: Reason;
  readonly onChange: (contestants: Contestant[]) => void;
}

export const LineUps = memo(function LineUps({ contestants, base, disabledBecause, onChange }: Props) {
  const [before, setBefore] = useState<readonly Contestant[] | null>(null);
  const current = lineUpOf(contestants, base);
  return (
    <Stack gap="xs" align="stretch">
      <NativeSelect
        size="xs"
        label="Line-up"
        description={current ? LINE_UPS[current].words : 'Your own choice of contestants.'}
        value={current ?? 'own'}
        disabledBecause={disabledBecause}
        data={[
          ...LINE_UP_IDS.map((id) => ({ value: id, label: LINE_UPS[id].title })),
          ...(current === null ? [{ value: 'own', label: 'Your own' }] : []),
        ]}
        onChange={(e) => {
          const id = e.currentTarget.value as LineUpId | 'own';
          if (id === 'own') return;
          setBefore(contestants);
          onChange(LINE_UPS[id].contestants(base));
        }}
      />
      {before && (
        <Button
          size="compact-xs"
          variant="subtle"
          w="fit-content"
          leftSection={<IconArrowBackUp size={14} />}
          disabledBecause={disabledBecause}
          onClick={() => {
            onChange([...before]);
            setBefore(null);
          }}
        >
          Undo: bring back the former contestants
        </Button>
      )}
    </Stack>
  );
});
