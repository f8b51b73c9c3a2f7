import { Box, Button, Group, Stack, Text } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { Notice } from '../shared/Notice.tsx';
import { usePage } from '../state/store.ts';
import { isActive } from '../workbench/race-rules.ts';
import { dismissWaiting, openWaiting, useSharedLink } from './shared-link.ts';

/** Offers to open a shared link that arrived while a race was active. */
export function WaitingLink() {
  const waiting = useSharedLink((s) => s.waiting !== null);
  const active = usePage((s) => isActive(s.race));
  if (!waiting) return null;
  return (
    <Box mb="md">
      <Notice color="violet" icon={<IconLink />} title="A shared result is waiting" role="status">
        <Stack gap="xs">
          <Text size="sm">
            The address of this page now names a shared result. It was not opened by itself, because
            {active ? ' a race is under way' : ' a race was under way when it came'}. The race stays as it is
            when you open it, and “Back to your race” shows it again.
          </Text>
          <Group gap="xs">
            <Button size="xs" onClick={() => void openWaiting()}>
              Open the shared result
            </Button>
            <Button size="xs" variant="default" onClick={dismissWaiting}>
              Not now
            </Button>
          </Group>
        </Stack>
      </Notice>
    </Box>
  );
}
