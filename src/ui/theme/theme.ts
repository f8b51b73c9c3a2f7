/** Look of the page. */
import { Alert, createTheme, Notification, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  // White text on it keeps 4.5:1 in both schemes.
  primaryShade: 8,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  headings: { fontWeight: '650' },
  components: {
    // Its grey text has 3.3:1 on white.
    Notification: Notification.extend({
      styles: { description: { color: 'var(--mantine-color-text)', overflowWrap: 'anywhere' } },
    }),
    // Errors quote addresses, which have nowhere to break.
    Alert: Alert.extend({ styles: { message: { overflowWrap: 'anywhere' } } }),
  },
});

/** Secondary text and errors that keep 4.5:1 on every surface of the page. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#495057',
    '--mantine-color-body': '#fbfbfd',
    '--mantine-color-anchor': '#364fc7',
    '--mantine-color-error': '#c92a2a',
  },
  dark: { '--mantine-color-dimmed': '#b8bcc4', '--mantine-color-error': '#ffa8a8' },
});
