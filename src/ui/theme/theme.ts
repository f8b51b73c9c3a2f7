/** Look of the page and of the contestants. */
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

/** Secondary text that keeps 4.5:1 on every surface of the page. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#495057',
    '--mantine-color-body': '#fbfbfd',
    '--mantine-color-anchor': '#364fc7',
  },
  dark: { '--mantine-color-dimmed': '#b8bcc4' },
});

export interface ContestantStyle {
  readonly colour: string;
  readonly dash: string;
  readonly marker: 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'cross' | 'wye';
  /** The marker is drawn as an outline. */
  readonly hollow: boolean;
}

const style = (
  colour: string,
  dash: string,
  marker: ContestantStyle['marker'],
  hollow = false,
): ContestantStyle => ({ colour, dash, marker, hollow });

/**
 * Colour, dash and marker per contestant, so that no chart depends on colour alone: no two share a marker and its filling, and no
 * two a colour. The first are chosen after Okabe & Ito; every one keeps 3:1 on the page in both schemes.
 */
export const STYLES: readonly ContestantStyle[] = [
  style('#0077bb', '', 'circle'),
  style('#d55e00', '6 3', 'square'),
  style('#8458cf', '', 'triangle'),
  style('#009e73', '2 3', 'diamond'),
  style('#cc4a8f', '8 3 2 3', 'star'),
  style('#8a6d00', '4 4', 'cross'),
  style('#3f7f93', '10 4', 'wye'),
  style('#7a7a7a', '1 3', 'circle', true),
  style('#c0504d', '12 3 3 3', 'square', true),
  style('#4f8f2f', '', 'diamond', true),
  style('#5f7fbf', '3 2', 'triangle', true),
  style('#a8822a', '8 2', 'star', true),
  style('#b05fb0', '2 5', 'cross', true),
  style('#2f8f8f', '5 2 1 2', 'wye', true),
  style('#e0558f', '14 4', 'circle'),
  style('#7f8f5a', '1 2 6 2', 'square'),
];

export const styleOf = (index: number) => STYLES[Math.max(0, index) % STYLES.length];
