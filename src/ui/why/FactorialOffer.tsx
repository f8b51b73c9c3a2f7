/** Offers the recorded run of every combination of ARAT's parts, where the run on the page has not all of them. */
import { Group, Text } from '@mantine/core';
import { useState } from 'react';
import { COMBINATIONS, partsKey } from '../../core/experiments/parts.ts';
import { useIdea } from '../idea/idea-state.ts';
import { showRecordings } from '../idea/show-recordings.ts';
import { Button } from '../shared/controls.tsx';
import { usePage } from '../state/store.ts';
import { isActive, RACING } from '../workbench/race-rules.ts';

const KEYS = COMBINATIONS.map(partsKey);

/** Renders nothing unless every combination is recorded. */
export function FactorialOffer() {
  const index = useIdea((s) => s.index);
  const busy = usePage((s) => isActive(s.race));
  const [loading, setLoading] = useState(false);
  if (!index || !KEYS.every((key) => index.contestants.some((c) => c.key === key))) return null;
  const { seeds } = index;
  const open = async () => {
    setLoading(true);
    await showRecordings(KEYS, 'Every combination of ARAT’s parts');
    setLoading(false);
  };
  return (
    <Group gap="xs">
      <Text size="sm">
        A race with every combination of ARAT’s parts has the effect of each part here, and how they interact.{' '}
        {KEYS.length} combinations with {seeds.length} {seeds.length === 1 ? 'seed' : 'seeds'} are recorded.
      </Text>
      <Button
        size="compact-sm"
        variant="default"
        disabledBecause={busy ? RACING : null}
        busyBecause={loading ? 'The recorded runs are loading.' : null}
        onClick={() => void open()}
      >
        Open every combination
      </Button>
    </Group>
  );
}
