import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { usePage } from '../state/store.ts';

/** Shows the visit's own race again; nothing while it is shown already, or where there is none. */
export function BackToRace() {
  const behind = usePage((s) => s.ownRace && s.shown !== 'live');
  const back = usePage((s) => s.backToRace);
  if (!behind) return null;
  return (
    <Button size="xs" variant="default" leftSection={<IconArrowBackUp size={16} />} onClick={back}>
      Back to your race
    </Button>
  );
}
