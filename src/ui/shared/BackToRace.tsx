import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { usePage, workbench } from '../state/store.ts';

/** A button that shows this visit's race again. Absent while the race is shown or if there is none. */
export function BackToRace() {
  const behind = usePage((s) => s.ownRace && s.shown !== 'live');
  if (!behind) return null;
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconArrowBackUp size={16} />}
      onClick={() => workbench.backToRace()}
    >
      Back to your race
    </Button>
  );
}
