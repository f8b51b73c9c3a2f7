import { Alert, type AlertProps } from '@mantine/core';

/** An alert whose title has the text's colour: the tinted titles of the light theme are too pale to read. */
export function Notice(props: AlertProps) {
  return <Alert {...props} styles={{ title: { color: 'var(--mantine-color-text)' } }} />;
}
