/** Mantine's theme for this page, and the colours that differ from Mantine's. */
import { Alert, createTheme, Modal, Notification, rem, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  // White text on this shade has a contrast of at least 4.5:1 in both colour schemes.
  primaryShade: 8,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  headings: { fontWeight: '650' },
  // The one scale of distances (`scale.test.ts`); type sizes are Mantine's own, 12 to 22 px.
  spacing: {
    '3xs': rem(2),
    '2xs': rem(4),
    xs: rem(8),
    sm: rem(12),
    md: rem(16),
    lg: rem(24),
    xl: rem(32),
    '2xl': rem(64),
  },
  components: {
    // By default its text is grey, with a contrast of only 3.3:1 on white.
    Notification: Notification.extend({
      styles: { description: { color: 'var(--mantine-color-text)', overflowWrap: 'anywhere' } },
    }),
    // Mantine's title bar is a <header>, which next to the page's own would be a second banner.
    Modal: Modal.extend({ defaultProps: { attributes: { header: { role: 'presentation' } } } }),
    // Error messages quote long addresses, which contain no place for a line break.
    Alert: Alert.extend({ styles: { message: { overflowWrap: 'anywhere' } } }),
  },
});

/** Colours with which secondary text and errors have a contrast of at least 4.5:1 on every surface of the page. */
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
