import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';

/** Milliseconds for which an action can be undone; a pointer or the focus on the message stops the time. */
const UNDO_MS = 8_000;
const ID = 'undo';

/** Says what was done, with a button that undoes it. Replaces the offer before, whose action then stays. */
export function offerUndo(message: string, undo: () => void): void {
  notifications.hide(ID);
  notifications.show({
    id: ID,
    autoClose: UNDO_MS,
    color: 'teal',
    title: 'Done',
    message: (
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-sm"
          variant="default"
          style={{ flexShrink: 0 }}
          onClick={() => {
            notifications.hide(ID);
            undo();
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}
