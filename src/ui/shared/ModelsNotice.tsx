import { Stack, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { BackToRace } from './BackToRace.tsx';
import { usePage } from '../state/store.ts';
import { Notice } from './Notice.tsx';

/** Title of the folded controls of a section that has no models to work on. */
export const NEEDS_MODELS = 'No trained models yet';

interface Props {
  /** Title if nothing has been trained in this visit. */
  readonly title: string;
  /** Why no models can be used, and what to do. */
  readonly children: string;
}

/** Says why no trained models can be used, with a button that shows this visit's race if another run is shown. */
export function ModelsNotice({ title, children }: Props) {
  const behind = usePage((s) => s.ownRace && s.shown !== 'live');
  return (
    <Notice color="blue" icon={<IconInfoCircle />} title={behind ? 'Another run is shown' : title}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{children}</Text>
        <BackToRace />
      </Stack>
    </Notice>
  );
}
