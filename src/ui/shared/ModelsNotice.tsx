import { Stack, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { BackToRace } from './BackToRace.tsx';
import { usePage } from '../state/store.ts';
import { Notice } from './Notice.tsx';

interface Props {
  /** Where nothing has been trained in this visit. */
  readonly title: string;
  /** Why the models cannot be asked. */
  readonly children: string;
}

/** Says why trained models are missing here, with the way back to those of the visit's own race. */
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
