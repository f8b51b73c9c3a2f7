/** Messages to the visitor; errors stay until they are closed. */
import { notifications } from '@mantine/notifications';

const KINDS = {
  error: { color: 'red', title: 'That did not work', autoClose: false },
  warning: { color: 'yellow', title: 'Please note', autoClose: 8_000 },
  done: { color: 'teal', title: 'Done', autoClose: 5_000 },
} as const;

export function notify(kind: keyof typeof KINDS, message: string): void {
  // The same message again replaces the notice that shows it.
  notifications.hide(message);
  const closeButtonProps = { 'aria-label': 'Close this message' };
  notifications.show({ id: message, message, closeButtonProps, ...KINDS[kind] });
}
