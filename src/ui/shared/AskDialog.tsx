import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { useState } from 'react';
import { useAsked, type Question } from './ask.ts';

/** Shows the question of `ask`. Escape and a click outside mean no. */
export function AskDialog() {
  const asked = useAsked((s) => s.asked);
  // Opened one render after it is mounted: only then does Modal remember where the focus was.
  const mounted = useMounted();
  // The question stays visible while the dialog fades out.
  const [last, setLast] = useState<Question | null>(null);
  if (asked && asked.question !== last) setLast(asked.question);
  const question = asked?.question ?? last;
  return (
    <Modal
      opened={mounted && asked !== null}
      onClose={() => asked?.answer(false)}
      title={question?.title}
      closeButtonProps={{ 'aria-label': 'Cancel' }}
      centered
    >
      <Stack gap="md">
        <Text size="sm">{question?.message}</Text>
        <Group gap="xs" justify="flex-end">
          <Button variant="default" data-autofocus onClick={() => asked?.answer(false)}>
            Cancel
          </Button>
          <Button color="red" onClick={() => asked?.answer(true)}>
            {question?.yes}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

// Loaded when the first question is asked.
export default AskDialog;
