/** Ready fields of contestants; what stood there before can be brought back. */
import { Button, NativeSelect, Stack } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import type { Contestant, Switches } from '../../core/settings/config.ts';
import { LINE_UP_IDS, LINE_UPS, lineUpOf, type LineUpId } from '../../core/experiments/line-ups.ts';

interface Props {
  readonly contestants: readonly Contestant[];
  /** The preset's switches, on which every line-up is built. */
  readonly base: Switches;
  readonly disabled: boolean;
  readonly onChange: (contestants: Contestant[]) => void;
}

export function LineUps({ contestants, base, disabled, onChange }: Props) {
  const [before, setBefore] = useState<readonly Contestant[] | null>(null);
  const current = lineUpOf(contestants, base);
  return (
    <Stack gap={6} align="stretch">
      <NativeSelect
        size="xs"
        label="Line-up"
        description={current ? LINE_UPS[current].words : 'Your own choice of contestants.'}
        value={current ?? 'own'}
        disabled={disabled}
        data={[
          ...LINE_UP_IDS.map((id) => ({ value: id, label: LINE_UPS[id].title })),
          { value: 'own', label: 'Your own', disabled: current !== null },
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
          disabled={disabled}
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
}
